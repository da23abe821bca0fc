import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration, seconds } from "../units";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { goldenRows } from "./golden-signals";
import { above, below } from "./limits";
import { ACCESS_LOG } from "./links";
import { counted, timedRequests } from "./log-streams";
import { stat, timeSeries } from "./panels";
import { logMetric, metric } from "./query";
import { probeOf } from "./uptime";
import { environment, host } from "./variables";

/** Does the site keep what it promises, and what do the four golden signals say? */
export function sloDashboard(settings: Settings): Dashboard {
  return dashboardOf(settings, {
    name: "slo",
    title: "SLO and golden signals",
    description: "Does the site keep what it promises, and what do the four golden signals say?",
    variables: [environment(), host()],
    rows: [availabilityRow(settings), latencyRow(settings), ...goldenRows(settings)],
    from: "now-24h",
  });
}

function failedShare(settings: Settings, window: string): string {
  return `1 - avg by (env, site) (avg_over_time(probe_success{${probeOf(settings)}}[${window}]))`;
}

function availabilityRow(settings: Settings): Row {
  const { slo, alerts } = settings;
  const allowed = budget(slo.availability);
  const good = `avg by (env, site) (avg_over_time(probe_success{${probeOf(settings)}}[$__range]))`;
  const burn = (alert: { burn: number; over: number; confirmedOver: number }, title: string) =>
    timeSeries({
      title,
      unit: "short",
      queries: [alert.over, alert.confirmedOver].map((windowMs) => {
        const window = prometheusDuration(windowMs);
        return metric(`(${failedShare(settings, window)}) / ${allowed}`, `over ${window}`);
      }),
      description:
        "At 1 the budget is used up just when its time is. The alert wants both windows.",
      limits: above(alert.burn),
    });
  return {
    title: `Availability: ${percentage(slo.availability)} of the checks are good`,
    panels: [
      stat({
        title: "Good checks in the time range",
        unit: "percentunit",
        queries: [metric(good, "{{site}}")],
        limits: below(slo.availability),
      }).decimals(3),
      stat({
        title: "Error budget left in the time range",
        unit: "percentunit",
        queries: [metric(`1 - (${failedShare(settings, "$__range")}) / ${allowed}`, "{{site}}")],
        description: "1 is untouched; below 0 the promise is broken.",
        limits: below(0.25, 0),
      }),
      burn(alerts.AvailabilityBurnFast, "Budget burnt fast: times the allowed rate"),
      burn(alerts.AvailabilityBurnSlow, "Budget burnt slowly: times the allowed rate"),
    ],
  };
}

/** The share of checks that may fail, without the noise of binary fractions. */
function budget(availability: number): number {
  return Number((1 - availability).toFixed(6));
}

function latencyRow(settings: Settings): Row {
  const { slo, intervals } = settings;
  const limit = prometheusDuration(slo.latencyUnder);
  const limitSeconds = seconds(slo.latencyUnder);
  const timed = timedRequests(settings);
  const quick = `${counted(`${timed} | request_time<=${limitSeconds}`, "$__auto")} / ${counted(timed, "$__auto")}`;
  const step = prometheusDuration(intervals.probe);
  const checks = `probe_duration_seconds{${probeOf(settings)}} <= bool ${limitSeconds}`;
  return {
    title: `Latency: ${percentage(slo.latencyShare)} of the answers within ${limit}`,
    panels: [
      timeSeries({
        title: `Requests answered within ${limit}`,
        unit: "percentunit",
        queries: [logMetric(quick, "{{env}}")],
        limits: below(slo.latencyShare),
        emptyText: "The log format has no timing (docs/logs.md); see the checks",
        logs: ACCESS_LOG,
      }).max(1),
      stat({
        title: `Checks answered within ${limit}, in the time range`,
        unit: "percentunit",
        queries: [metric(`avg_over_time((${checks})[$__range:${step}])`, "{{target}}")],
        limits: below(slo.latencyShare),
      }).height(8),
    ],
  };
}
