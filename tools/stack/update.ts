import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { parseSettings } from "../../configs/settings/settings";
import type { ExportedState } from "./forget-host";
import {
  type ImageUpgrade,
  imageUpgrades,
  upgradesInWords,
  wayBackInWords,
} from "./image-upgrades";
import { rawSettings } from "./raw-settings";
import { parseEvents, replacedInWords, replacedServers } from "./replaced";
import type { LocalStack } from "./stack";

/**
 * `pulumi up` of a stack that exists. Says which servers were away and how long, and after another
 * image how to go back. Where images change, one container is replaced after the other.
 *
 * @param print takes what it says beside the engine's words
 * @throws Error when the update fails, after what it did was said
 */
export async function update(
  stack: LocalStack,
  print: (text: string) => void = console.log,
): Promise<void> {
  const say = (lines: readonly string[]) => {
    if (lines.length > 0) print(`\n${lines.join("\n")}`);
  };
  const upgrades = await upgradesOf(stack);
  say(upgradesInWords(upgrades));
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-update-"));
  const log = path.join(folder, "events.json");
  try {
    const oneByOne = upgrades.length > 1 ? ["--parallel", "1"] : [];
    await stack.run(["up", "--yes", "--skip-preview", ...oneByOne, "--event-log", log]);
  } finally {
    const events = parseEvents(await readFile(log, "utf8").catch(() => ""));
    say([...replacedInWords(replacedServers(events)), ...wayBackInWords(upgrades)]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function upgradesOf(stack: LocalStack): Promise<readonly ImageUpgrade[]> {
  const state = JSON.parse(await stack.exportState()) as ExportedState;
  const raw = rawSettings(await readFile(stack.file, "utf8"));
  return imageUpgrades(state, parseSettings(raw, stack.name));
}
