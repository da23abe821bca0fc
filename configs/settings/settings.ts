import type { z } from "zod";

import { ConfigError, type Problem } from "../errors";
import { crossFieldProblems } from "./cross-field";
import { toProblems } from "./problems";
import { settingsSchema } from "./schema";

/** The settings of one stack, complete and checked. Durations are milliseconds. No secrets. */
export type Settings = z.output<typeof settingsSchema> & {
  /** Prefix of every container, volume and network: the stack's name. */
  readonly prefix: string;
};
export type HostSettings = Settings["hosts"]["app"];

/**
 * Reads raw settings: the values of the `sightline:*` keys, without the prefix of the key.
 *
 * @throws ConfigError with every problem found, before anything is deployed.
 */
export function parseSettings(raw: Readonly<Record<string, unknown>>, prefix: string): Settings {
  const parsed = settingsSchema.safeParse(raw);
  const problems: readonly Problem[] = parsed.success
    ? crossFieldProblems(parsed.data)
    : toProblems(parsed.error, raw);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return { ...parsed.data, prefix };
}

/** The full name of a settings key, as `pulumi config set --path` takes it. */
export function keyPath(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  const tail = rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  return `sightline:${String(first)}${tail.join("")}`;
}
