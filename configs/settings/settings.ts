import type { z } from "zod";

import { ConfigError, type Problem } from "../errors";
import { crossFieldProblems } from "./cross-field";
import { imageAgeProblems, imageNameProblems } from "./image-names";
import { toProblems } from "./problems";
import { lookBackProblems } from "./retention-rules";
import { settingsSchema } from "./schema";
import { throughTunnel } from "./through-tunnel";

/** What the schema makes of the raw settings. */
export type Parsed = z.output<typeof settingsSchema>;

/** The settings of one stack, complete and checked. Durations are milliseconds. No secrets. */
export type Settings = Parsed & {
  /** Prefix of every container, volume and network: the stack's name. */
  readonly prefix: string;
};
export type HostSettings = Settings["hosts"][string];

/**
 * Reads raw settings: the values of the `sightline:*` keys, without the prefix of the key.
 *
 * @throws ConfigError with every problem found, before anything is deployed.
 */
export function parseSettings(raw: Readonly<Record<string, unknown>>, prefix: string): Settings {
  const parsed = settingsSchema.safeParse(raw);
  const problems: readonly Problem[] = [
    ...(parsed.success ? [] : toProblems(parsed.error, raw)),
    ...crossFieldProblems(throughTunnel(parsed.success ? parsed.data : soundGroups(raw))),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const settings = { ...throughTunnel(parsed.data), prefix };
  const ofTheStack = [
    ...imageNameProblems(settings),
    ...imageAgeProblems(settings),
    ...lookBackProblems(settings),
  ];
  if (ofTheStack.length > 0) throw new ConfigError(ofTheStack);
  return settings;
}

/** The groups that are right in themselves, so that one report also has what is wrong between them. */
function soundGroups(raw: Readonly<Record<string, unknown>>): Partial<Parsed> {
  const sound = Object.entries(settingsSchema.shape).flatMap(([key, schema]) => {
    const group = schema.safeParse(raw[key]);
    return group.success ? [[key, group.data] as const] : [];
  });
  return Object.fromEntries(sound);
}
