import type { AlertName } from "../thresholds/thresholds";

/** A rule by which an alert that fires keeps others from being told ("inhibit_rules"). */
export interface Inhibition {
  readonly name: string;
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  /** Labels that must be the same on both. One that is missing on both counts as the same. */
  readonly equal: readonly string[];
}

/** Some alerts by name, and what else must hold of their labels. */
export interface Matched {
  readonly alerts: readonly AlertName[];
  /** More matchers, for example `service="loki"`. @default none */
  readonly and?: readonly string[];
}

/** One alert mutes others that say the same of the same thing. */
export function mutes(
  name: string,
  rule: {
    readonly by: AlertName | Matched;
    readonly muted: readonly AlertName[] | Matched;
    /** Labels besides `env` that make it the same thing. @default none */
    readonly same?: readonly string[];
  },
): Inhibition {
  const { by, muted, same = [] } = rule;
  return {
    name,
    source_matchers: matchers(typeof by === "string" ? { alerts: [by] } : by),
    target_matchers: matchers("alerts" in muted ? muted : { alerts: muted }),
    equal: ["env", ...same],
  };
}

/** Alerts about one and the same thing, the most telling first: each mutes all that come after it. */
export function ladder(
  name: string,
  alerts: readonly AlertName[],
  same: readonly string[] = [],
): readonly Inhibition[] {
  return alerts
    .slice(0, -1)
    .map((by, index) =>
      mutes(`${name}-${index + 1}`, { by, muted: alerts.slice(index + 1), same }),
    );
}

function matchers({ alerts, and = [] }: Matched): readonly string[] {
  const names = alerts.length === 1 ? `="${alerts[0] ?? ""}"` : `=~"${alerts.join("|")}"`;
  return [`alertname${names}`, ...and];
}
