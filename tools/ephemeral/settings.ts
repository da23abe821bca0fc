import { parse } from "yaml";

import { siteNetwork } from "../../examples/website/lifecycle";
import { editedText } from "../stack/stack-file";

const PUBLISHED = ["grafana", "prometheus", "alertmanager", "mail", "loki"] as const;

/** Ports of an ephemeral stack; those of what it has not got stay unused. */
export const PORT_NAMES = ["site", "gateway", ...PUBLISHED] as const;

export type EphemeralPorts = Readonly<Record<(typeof PORT_NAMES)[number], number>>;

/** What tells one ephemeral stack from another. */
export interface Own {
  readonly name: string;
  readonly ports: EphemeralPorts;
  /** Absolute path of the folder for the logs of the example site. */
  readonly logFolder: string;
  /** Compose project of the site that the dev stack watches. */
  readonly devProject: string;
}

/** One `--config key=value`. */
export interface ConfigEdit {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Settings of an ephemeral stack, and whether it needs an example site of its own. */
export interface EphemeralSettings {
  readonly text: string;
  readonly watchesExample: boolean;
}

const SECTION = "sightline:";

/** Compose project of the example site of an ephemeral stack. */
export function projectOf(name: string): string {
  return `site-of-${name}`;
}

/**
 * The settings of the dev stack with names and ports that no other stack on this machine has. A
 * site of one's own is watched as it is; the example site becomes a second one.
 *
 * @param edits come last, and win
 */
export function ephemeralSettings(
  devText: string,
  own: Own,
  edits: readonly ConfigEdit[],
): EphemeralSettings {
  const { config } = parse(devText) as { readonly config: Readonly<Record<string, unknown>> };
  const network = (config["sightline:site"] as { readonly dockerNetwork?: string }).dockerNetwork;
  const watchesExample =
    network === siteNetwork(own.devProject) && !edits.some(({ path }) => isNetwork(path));
  const all = [...ownEdits(own), ...(watchesExample ? siteEdits(own) : []), ...edits];
  const text = editedText(
    devText,
    all.map(({ path: [section = "", ...rest], value }) => [[SECTION + section, ...rest], value]),
  );
  return { text, watchesExample };
}

/** Reads `logs.retention=2d`; the value is YAML, so that `true` and `[a, b]` are what they look like. */
export function configEdit(words: string): ConfigEdit {
  const [, key = "", value = ""] = /^(?:sightline:)?([a-zA-Z][\w.-]*)=(.*)$/s.exec(words) ?? [];
  if (key === "") {
    const fix = "for example --config logs.retention=2d";
    throw new Error(`--config: must be <key>=<value>; got "${words}". Fix: ${fix}`);
  }
  return { path: key.split("."), value: parse(value) as unknown };
}

function isNetwork(path: readonly string[]): boolean {
  return path.join(".") === "site.dockerNetwork" || path.join(".") === "site";
}

function ownEdits({ ports }: Own): readonly ConfigEdit[] {
  return [
    ...PUBLISHED.map((page) => ({ path: ["publish", page], value: ports[page] })),
    { path: ["gateway", "port"], value: ports.gateway },
    // Always on ports 3000 and 3100, which one stack of a machine can have.
    { path: ["browser", "plainHttp"], value: false },
    // It is made to be taken away.
    { path: ["protectData"], value: false },
  ];
}

function siteEdits({ name, logFolder }: Own): readonly ConfigEdit[] {
  const project = projectOf(name);
  const folders = ["nginx", "app", "redis"].map((source) => [source, `${logFolder}/${source}`]);
  return [
    { path: ["site", "dockerNetwork"], value: siteNetwork(project) },
    { path: ["logs", "directories"], value: Object.fromEntries(folders) },
    { path: ["logs", "docker", "composeProject"], value: project },
  ];
}
