import type { Format } from "./format";
import { FORMATS } from "./formats";

/** Every label that a line can have without the settings' doing. */
export const LABELS = ["env", "host", "job", "level", "log_type", "service"] as const;

/** Every field that some format brings. */
export const FIELDS: readonly string[] = [
  ...new Set(Object.values<Format>(FORMATS).flatMap(({ fields }) => fields)),
].sort();

/** True where the settings may call a label or a field of theirs like that. */
export function isFreeName(name: string): boolean {
  // A field of a label's name would take the label away; `filename` is dropped.
  return !name.startsWith("__") && ![...LABELS, ...FIELDS, "filename"].includes(name);
}
