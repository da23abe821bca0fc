import { type Deployed, type Json, type JsonObject, textOf } from "./deployed";

/** Where Terraform looks for the provider that @pulumi/docker is made of. */
export const PROVIDER = "registry.terraform.io/kreuzwerker/docker";

/** Names that the bridge to Pulumi turned into another number. */
const RENAMED: Readonly<Record<string, string>> = {
  adds: "add",
  drops: "drop",
  entrypoints: "entrypoint",
  envs: "env",
  tests: "test",
  uploads: "upload",
};
/** Maps, whose keys are the user's. */
const MAPS: readonly string[] = ["driverOpts", "logOpts", "options", "sysctls", "tmpfs"];

/**
 * The same resources as a Terraform configuration, in its JSON form. An order that Pulumi knows by its
 * outputs stands in `depends_on`.
 *
 * @param version of the provider
 */
export function terraformJson(deployed: readonly Deployed[], version: string): string {
  const types = new Map(deployed.map(({ kind, name }) => [name, `docker_${kind}`]));
  const resource: Record<string, Record<string, JsonObject>> = {};
  for (const { kind, name, inputs, after } of deployed) {
    const body = translated(inputs) as JsonObject;
    const order = after.map((one) => `${types.get(one) ?? ""}.${one}`).sort();
    const all = { ...body, ...(order.length > 0 ? { depends_on: order } : {}) };
    resource[`docker_${kind}`] = { ...resource[`docker_${kind}`], [name]: all };
  }
  const docker = { source: PROVIDER, version: `= ${version}` };
  return JSON.stringify({ terraform: { required_providers: { docker } }, resource }, undefined, 2);
}

function translated(value: Json | undefined): Json {
  if (typeof value === "string") return literal(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(translated);
  if (typeof value !== "object" || value === null) return value ?? null;
  const entries = Object.entries(value as JsonObject).map(([key, inner]) => [
    RENAMED[key] ?? key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    MAPS.includes(key) ? literals(inner as JsonObject) : translated(inner),
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

function literals(map: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, literal(textOf(value))]),
  );
}

/** Terraform would work out what is in `${…}` and `%{…}`, which scripts are full of. */
function literal(text: string): string {
  return text.replaceAll(/[$%]\{/g, (begin) => `${begin.charAt(0)}${begin}`);
}
