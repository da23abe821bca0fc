import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration } from "../units";
import { probes } from "./probes";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { probeWindow } from "./window";

/** How fast the site uses up the failures that its availability objective allows. */
export function sloRules(settings: Settings): RuleGroup {
  const { AvailabilityBurnFast, AvailabilityBurnSlow } = settings.alerts;
  return ruleGroup(settings, {
    name: "slo",
    evaluator: "prometheus",
    alerts: [
      burn(settings, {
        name: "AvailabilityBurnFast",
        severity: "critical",
        ...AvailabilityBurnFast,
      }),
      burn(settings, {
        name: "AvailabilityBurnSlow",
        severity: "warning",
        ...AvailabilityBurnSlow,
      }),
    ],
  });
}

type Burn = Settings["alerts"]["AvailabilityBurnFast"] & {
  readonly name: "AvailabilityBurnFast" | "AvailabilityBurnSlow";
  readonly severity: "critical" | "warning";
};

/**
 * The long window says that the budget suffers, the short one that it still does. A window that is
 * not half full yet has too few checks to speak for its length: one failure after a start is none.
 */
function burn(settings: Settings, burn: Burn): AlertOptions {
  const { availability } = settings.slo;
  const success = probes(settings, "probe_success");
  const [long, short] = [burn.over, burn.confirmedOver].map((ms) => probeWindow(settings, ms));
  const limit = `${burn.burn} * (1 - ${availability})`;
  const halfFull = Math.floor(burn.over / settings.intervals.probe / 2);
  return {
    name: burn.name,
    expr:
      `1 - avg_over_time(${success}${long}) > ${limit} and 1 - avg_over_time(${success}${short}) > ${limit} ` +
      `and count_over_time(${success}${long}) >= ${halfFull}`,
    forMs: burn.for,
    severity: burn.severity,
    summary: "{{ $labels.site }} fails too often: {{ $labels.instance }}",
    description:
      `{{ $value | humanizePercentage }} of the checks of {{ $labels.instance }} failed in the last ` +
      `${prometheusDuration(burn.over)}: ${burn.burn} times or more what the objective of ` +
      `${percentage(availability)} allows. It is still going on.`,
    dashboard: "slo",
  };
}
