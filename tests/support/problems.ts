import { ConfigError } from "../../configs/errors";
import { parseSettings } from "../../configs/settings/settings";
import type { Raw } from "./fixtures";

/** The problems of settings, without their common prefix and in the order of the report. */
export function problemsOf(raw: Raw): readonly string[] {
  try {
    parseSettings(raw, "test");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.replace("  - sightline:", ""));
  }
  return [];
}
