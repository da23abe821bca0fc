import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { parseSettings, type Settings } from "../../configs/settings/settings";
import { rawSettings } from "../stack/raw-settings";
import { stackFile } from "../stack/stack";

/**
 * The settings of a stack by its name; without one, those of the ephemeral stack that the command runs
 * beside, or else of dev.
 *
 * @throws Error where there is no such file, ConfigError where its settings are wrong
 */
export async function settingsOfStack(stack: string | undefined): Promise<Settings> {
  const beside = stack === undefined ? process.env.SIGHTLINE_STACK_FILE : undefined;
  const name = stack ?? process.env.SIGHTLINE_STACK ?? "dev";
  const file = beside ?? stackFile(name);
  if (!existsSync(file)) {
    throw new Error(`--stack ${name}: there is no ${path.basename(file)}`);
  }
  return parseSettings(rawSettings(await readFile(file, "utf8")), name);
}
