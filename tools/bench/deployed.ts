import { nameOf } from "../stack/forget-host";

/** JSON as a state has it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** What other tools can make of Docker's resources. */
export type DockerKind = "container" | "image" | "network" | "volume";

/** One resource of a deployed stack, as the provider was told of it. */
export interface Deployed {
  readonly kind: DockerKind;
  /** Its name in the program. */
  readonly name: string;
  /** In the words of @pulumi/docker; secrets are plain. */
  readonly inputs: JsonObject;
  /** Names of the containers, images, networks and volumes that must be there before. */
  readonly after: readonly string[];
}

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly inputs?: JsonObject;
  readonly dependencies?: readonly string[];
}

const KINDS: Readonly<Record<string, DockerKind>> = {
  "docker:index/container:Container": "container",
  "docker:index/network:Network": "network",
  "docker:index/remoteImage:RemoteImage": "image",
  "docker:index/volume:Volume": "volume",
};
const NO_RESOURCE = /^pulumi:(pulumi:Stack|providers:)/;
/** The key that marks a secret in a state, see Pulumi's own format. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/**
 * Everything that a stack deployed, read from `pulumi stack export --show-secrets`: nothing is left
 * out, so that another tool makes the same.
 *
 * @throws Error for a resource of another provider
 */
export function deployedOf(exported: string): readonly Deployed[] {
  const { deployment } = JSON.parse(exported) as {
    readonly deployment: { readonly resources?: readonly StateResource[] };
  };
  const own = (deployment.resources ?? []).filter(
    ({ custom, type }) => custom === true && !NO_RESOURCE.test(type),
  );
  const names = new Map(own.map(({ urn }) => [urn, nameOf(urn)]));
  return own.map(({ urn, type, inputs = {}, dependencies = [] }) => {
    const kind = KINDS[type];
    if (!kind) throw new Error(`${type}: other tools are not told of it; got ${nameOf(urn)}`);
    const after = dependencies.flatMap((one) => names.get(one) ?? []);
    return { kind, name: nameOf(urn), inputs: plain(inputs) as JsonObject, after };
  });
}

/**
 * Without the bridge's own mark, which names what the provider sets by itself, and without that; with
 * secrets as what they hide.
 */
function plain(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(plain);
  if (typeof value !== "object" || value === null) return value;
  const object = value as JsonObject;
  if (SECRET_MARK in object) return plain(JSON.parse(textOf(object.plaintext)) as Json);
  const byItself = ["__defaults", ...((object.__defaults ?? []) as readonly string[])];
  const entries = Object.entries(object).filter(([key]) => !byItself.includes(key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner ?? null)]));
}

/** A value that is a text in every state. @throws Error where it is none */
export function textOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  throw new Error(`a text was expected in the state; got ${JSON.stringify(value)}`);
}

/** The files that a container is made with, by their path. */
export function uploadsOf({ inputs }: Deployed): Readonly<Record<string, string>> {
  const uploads = (inputs.uploads ?? []) as readonly { file: string; content: string }[];
  return Object.fromEntries(uploads.map(({ file, content }) => [file, content]));
}
