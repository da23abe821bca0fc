import { ConfigError, type Problem } from "../../configs/errors";
import { appHosts } from "../../configs/placement";
import { suggestion } from "../../configs/settings/fields";
import { settingsSchema } from "../../configs/settings/schema";
import { parseSettings, type Settings } from "../../configs/settings/settings";
import { rawSettings } from "../stack/raw-settings";
import { editedText } from "../stack/stack-file";

const KEY = "sightline:hosts";

/** A host as it is written into the settings. Absent keys stay at their defaults. */
export interface NewHost {
  readonly endpoint: string;
  readonly address?: string;
  readonly hostKey?: string;
  readonly identityFile?: string;
  readonly roles?: readonly string[];
  readonly metrics?: string;
  readonly exporters?: Readonly<Record<string, unknown>>;
}

export type Hosts = Settings["hosts"];

/**
 * The hosts of a settings file, those that stand there by default among them.
 *
 * @throws ConfigError with the problems of the whole file, where the hosts cannot be read
 */
export function hostsIn(text: string, stack: string): Hosts {
  const raw = rawSettings(text);
  const hosts = settingsSchema.shape.hosts.safeParse(raw.hosts);
  return hosts.success ? hosts.data : parseSettings(raw, stack).hosts;
}

/**
 * The text with one host more. The result is checked as the program checks it.
 *
 * @throws ConfigError with every problem of the new settings
 */
export function withHost(text: string, stack: string, added: NewHost & { name: string }): string {
  const { name, ...host } = added;
  const written = rawSettings(text).hosts ?? {};
  if (Object.hasOwn(written, name)) throw new ConfigError([alreadyThere(name, stack)]);
  const keep = vanishing(written, { ...written, [name]: host });
  const kept = keep.map((other) => [[KEY, other], { endpoint: "local" }] as const);
  return checked(editedText(text, [...kept, [[KEY, name], host]]), stack);
}

/**
 * The text without a host.
 *
 * @throws ConfigError for a name that is not there, the last app host, or one with other roles
 */
export function withoutHost(text: string, stack: string, name: string): string {
  const written = Object.keys(rawSettings(text).hosts ?? {});
  const problem = removalProblem(hostsIn(text, stack), written, name);
  if (problem) throw new ConfigError([problem]);
  return checked(editedText(text, [[[KEY, name], undefined]]), stack);
}

function checked(text: string, stack: string): string {
  parseSettings(rawSettings(text), stack);
  return text;
}

/** Hosts that stood there by default, and that another one would take the place of. */
function vanishing(before: object, after: object): readonly string[] {
  const names = [before, after].map((hosts) => {
    const read = settingsSchema.shape.hosts.safeParse(hosts);
    return read.success ? Object.keys(read.data) : undefined;
  });
  const [had, has] = names;
  return had && has ? had.filter((name) => !has.includes(name)) : [];
}

function alreadyThere(name: string, stack: string): Problem {
  return {
    path: `${KEY}.${name}`,
    rule: "is there already",
    fix: `choose another name, or edit Pulumi.${stack}.yaml`,
  };
}

function removalProblem(
  hosts: Hosts,
  written: readonly string[],
  name: string,
): Problem | undefined {
  const path = `${KEY}.${name}`;
  if (!written.includes(name)) {
    const names = written.length > 0 ? `the hosts are ${written.join(", ")}` : "none is written";
    return { path, rule: "is not there", fix: suggestion(name, written) ?? names };
  }
  if (!appHosts({ hosts }).includes(name)) {
    return {
      path,
      rule: "is no app host: its data would stay behind, and another host take its role",
      got: hosts[name]?.roles.join(", ") ?? "",
      fix: "move the role in the settings file by hand",
    };
  }
  if (appHosts({ hosts }).length > 1) return undefined;
  return {
    path,
    rule: "is the only app host, and a stack watches at least one",
    fix: "add another one first",
  };
}
