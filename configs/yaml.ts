import { dump } from "js-yaml";

/** First line of every file Sightline writes, so that nobody edits it in place. */
export const GENERATED_BANNER =
  "# Written by Sightline: change the stack's settings, not this file.\n";

/**
 * YAML in one spelling: no anchors, no folded lines (a folded PromQL line is unreadable in a diff).
 * Keys keep the order in which the renderer wrote them, which is the order a reader expects.
 */
export function toYaml(value: object): string {
  return GENERATED_BANNER + dump(value, { noRefs: true, lineWidth: -1 });
}

/** JSON in one spelling, for dashboards. */
export function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
