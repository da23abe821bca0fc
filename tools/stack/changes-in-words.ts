import { reasonOf } from "../lib/setup-error";
import type { Config, PastUpdate } from "./pulumi-config";
import { settingsChanges } from "./settings-changes";
import type { LocalStack } from "./stack";

/**
 * What the settings of now change of those that are deployed, in lines for people. Asks the history of the
 * stack and not the engine; where that cannot be asked, says so.
 */
export async function changesInWords(stack: LocalStack): Promise<string> {
  try {
    const [past, now] = await Promise.all([stack.history(), stack.config()]);
    return wordsOf(past, now);
  } catch (error) {
    const [first = ""] = reasonOf(error).split("\n");
    if (/no stack named/.test(first)) return NOTHING;
    return `What the settings change cannot be said in words: ${first}`;
  }
}

const NOTHING = "Settings: nothing is deployed yet.";

/** @param past newest first */
export function wordsOf(past: readonly PastUpdate[], now: Config): string {
  const deeds = past.filter(({ kind }) => kind === "update" || kind === "destroy");
  const [latest] = deeds;
  const deployed = deeds.find(({ result }) => result === "succeeded");
  if (!latest || deployed?.kind !== "update") return NOTHING;
  const since = `the update of ${deployed.startTime.slice(0, 16).replace("T", " ")} UTC`;
  const changes = settingsChanges(deployed.config, now);
  return [
    changes.length === 0 ? `Settings: as in ${since}.` : `Settings, changed since ${since}:`,
    ...changes.map((change) => `  ${change}`),
    ...(latest === deployed
      ? []
      : ["The last update did not succeed: what it changed may be in force already."]),
  ].join("\n");
}
