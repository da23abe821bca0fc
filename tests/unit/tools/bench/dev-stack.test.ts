import { composeProject } from "../../../../tools/bench/compose-file";
import { deployedOf } from "../../../../tools/bench/deployed";
import { terraformJson } from "../../../../tools/bench/terraform-json";
import { devRaw } from "../../../support/fixtures";
import { type Recorded, runProgram } from "../../../support/mocks";

/** Marks a secret on its way to the engine, which keeps it as JSON in a text. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** What the engine would export after an update. */
function exported(resources: readonly Recorded[]): string {
  const urns = new Map(resources.map(({ type, name }) => [name, `urn:pulumi::${type}::${name}`]));
  const all = resources.map(({ type, name, inputs, dependencies }) => ({
    ...{ urn: urns.get(name), type, custom: !type.startsWith("sightline:"), inputs },
    dependencies: dependencies.map((one) => urns.get(one)),
  }));
  return JSON.stringify({ deployment: { resources: all } }, (_, value: unknown) => {
    const isSecret = typeof value === "object" && value !== null && SECRET_MARK in value;
    if (!isSecret) return value;
    const { [SECRET_MARK]: mark, value: hidden } = value as Record<string, unknown>;
    return { [SECRET_MARK]: mark, plaintext: JSON.stringify(hidden) };
  });
}

test("Terraform and Compose are given every container of the dev stack, with all its inputs", async () => {
  const { resources } = await runProgram({ stack: "dev", raw: devRaw() });
  const deployed = deployedOf(exported(resources));
  const containers = deployed.filter(({ kind }) => kind === "container").map(({ name }) => name);
  expect(containers.length).toBeGreaterThan(15);
  const { resource } = JSON.parse(terraformJson(deployed, "4.6.0")) as {
    readonly resource: Readonly<Record<string, object>>;
  };
  expect(Object.keys(resource.docker_container ?? {})).toEqual(containers);
  const { composeFile } = composeProject(deployed);
  for (const name of containers) expect(composeFile).toContain(`\n  ${name}:\n`);
});
