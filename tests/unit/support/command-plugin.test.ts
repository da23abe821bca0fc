import { readFileSync } from "node:fs";

import { commandProvider } from "../../support/command-plugin/provider";
import { NOT_HERE, SCHEMAS, type TypeName } from "../../support/command-plugin/schema";

const connection = { host: "10.0.0.2" };
const valid = { connection, create: "true" };

/** What the stand-in says about a resource's inputs. */
async function refusals(inputs: object, type: TypeName = "command:remote:Command") {
  const result = await commandProvider.check?.(`urn:pulumi:s::p::${type}::name`, {}, inputs);
  return result?.failures;
}

/** The inputs of a class of the published SDK, as its code names them. */
function inputsOf(file: string, pattern: RegExp): readonly string[] {
  const text = readFileSync(require.resolve(`@pulumi/command/${file}`), "utf8");
  return [...text.matchAll(pattern)].map(([, name]) => name ?? "").sort();
}

describe("the stand-in for the command plugin", () => {
  test.each([
    ["command:local:Command", "local/command.js"],
    ["command:remote:Command", "remote/command.js"],
    ["command:remote:CopyToRemote", "remote/copyToRemote.js"],
  ] as const)("%s has the inputs of the published SDK and no others", (type, file) => {
    const published = inputsOf(file, /resourceInputs\["(\w+)"\] = args/g);
    expect(Object.keys(SCHEMAS[type].shape).sort()).toEqual(published);
  });

  test("a connection has the keys of the published SDK and no others", () => {
    const typings = readFileSync(require.resolve("@pulumi/command/types/input.d.ts"), "utf8");
    const [, body = ""] = /interface ConnectionArgs \{([^]*?)\n {4}\}/.exec(typings) ?? [];
    const published = [...body.matchAll(/^ {8}(\w+)\??:/gm)].map(([, name]) => name);
    const { connection: own } = SCHEMAS["command:remote:Command"].shape;
    expect(Object.keys(own.shape).sort()).toEqual(published.sort());
  });

  test("valid inputs are taken", async () => {
    expect(await refusals(valid)).toEqual([]);
  });

  test.each([
    [{ ...valid, surprise: 1 }, "surprise"],
    [{ connection: { ...connection, key: "1" } }, "connection.key"],
    [{ ...valid, environment: { A: 1 } }, "environment.A"],
    [{ create: "true" }, "connection"],
  ])("%j is refused for %s", async (inputs, property) => {
    expect(await refusals(inputs)).toEqual([expect.objectContaining({ property })]);
  });

  test("what a preview does not know yet is not refused", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(await refusals({ ...valid, connection: unknown, stdin: unknown })).toEqual([]);
  });

  test.each(NOT_HERE.filter((name) => name.startsWith("connection.")))(
    "%s, which it cannot do, is refused",
    async (name) => {
      const key = name.replace("connection.", "");
      const value = key === "proxy" ? { host: "10.0.0.3" } : "x";
      expect(await refusals({ connection: { ...connection, [key]: value } })).toEqual([
        { property: name, reason: "the published plugin has it, this stand-in does not" },
      ]);
    },
  );

  test("a copy has a text or a path", async () => {
    const copy = { connection, remotePath: "/srv/x", source: { uri: "https://example.org" } };
    expect(await refusals(copy, "command:remote:CopyToRemote")).toEqual([
      expect.objectContaining({ property: "source" }),
    ]);
  });
});
