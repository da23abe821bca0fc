import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { buildArguments, buildKey } from "../../../../tools/toolchain/build-key";
import { TOOLS } from "../../../../tools/toolchain/table";
import type { BuildSpec, ToolSpec } from "../../../../tools/toolchain/types";

const build: BuildSpec = { folder: "tool", package: ".", seconds: 1 };
const specOf = (changes: Partial<BuildSpec> = {}): ToolSpec => ({
  ...TOOLS.cadvisor,
  build: { ...build, ...changes },
});

let root: string;
const write = (file: string, text: string) => writeFile(path.join(root, "tool", file), text);

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "key-test-"));
  await mkdir(path.join(root, "tool", "inner"), { recursive: true });
  await write("go.mod", "module tool\n");
  await write("main.go", "package main\n");
});
afterEach(() => rm(root, { recursive: true }));

describe("buildKey", () => {
  it("is the same for the same content", async () => {
    const key = await buildKey(specOf(), root);
    expect(key).toMatch(/^[0-9a-f]{12}$/);
    await write("main.go", "package main\n");
    expect(await buildKey(specOf(), root)).toBe(key);
  });

  it.each<[string, () => Promise<void>]>([
    ["go.mod", () => write("go.mod", "module other\n")],
    ["a source file", () => write("main.go", "package main // changed\n")],
    ["a file in a folder below", () => write("inner/more.go", "package inner\n")],
    ["a further file", () => write("go.sum", "")],
  ])("changes with %s", async (_what, change) => {
    const before = await buildKey(specOf(), root);
    await change();
    expect(await buildKey(specOf(), root)).not.toBe(before);
  });

  it.each<[string, Partial<BuildSpec>]>([
    ["the tags", { tags: ["netgo"] }],
    ["a variable", { variables: { "main.release": "2" } }],
    ["the package", { package: "./inner" }],
  ])("changes with %s", async (_what, change) => {
    expect(await buildKey(specOf(change), root)).not.toBe(await buildKey(specOf(), root));
  });

  it("does not change with what only the reader sees", async () => {
    expect(await buildKey(specOf({ seconds: 99 }), root)).toBe(await buildKey(specOf(), root));
  });

  it("does not take text that moved from one file to the next for the same", async () => {
    await write("a", "xy");
    await write("b", "z");
    const before = await buildKey(specOf(), root);
    await write("a", "x");
    await write("b", "yz");
    expect(await buildKey(specOf(), root)).not.toBe(before);
  });
});

describe("buildArguments", () => {
  it("sets tags and variables, and ends with the package", () => {
    const spec = specOf({ tags: ["a", "b"], variables: { "main.release": "1.2.3" } });
    expect(buildArguments(spec)).toEqual([
      "-mod=readonly",
      "-trimpath",
      "-buildvcs=false",
      "-tags=a,b",
      "-ldflags=-s -w -X=main.release=1.2.3",
      ".",
    ]);
  });
});
