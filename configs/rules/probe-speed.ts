import type { Settings } from "../settings/settings";
import { prometheusDuration, seconds } from "../units";
import { probes } from "./probes";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { probeWindow } from "./window";

/** How fast the site answers its checks. A check a minute is few samples: see the titles of the panels. */
export function probeSpeedRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "probe-speed",
    evaluator: "prometheus",
    alerts: [probeLatency(settings), timeToFirstByte(settings), dnsSlow(settings)],
  });
}

function probeLatency(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.ProbeLatencyP95High;
  const durations = `${probes(settings, "probe_duration_seconds")}${probeWindow(settings, over)}`;
  return {
    name: "ProbeLatencyP95High",
    expr: `quantile_over_time(0.95, ${durations}) > ${seconds(above)}`,
    forMs,
    severity: "warning",
    summary: "{{ $labels.site }} is slow: {{ $labels.instance }}",
    description:
      `One in twenty checks of {{ $labels.instance }} took {{ $value | humanizeDuration }} or longer in the ` +
      `last ${prometheusDuration(over)} (limit ${prometheusDuration(above)}). Visitors wait as well.`,
    dashboard: "uptime",
  };
}

/** The phases are summed: each alone is short, and the limit is about what a visitor waits for. */
function timeToFirstByte(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.TtfbHigh;
  const phases = probes(settings, "probe_http_duration_seconds", ['phase!="transfer"']);
  const average = `avg_over_time(${phases}${probeWindow(settings, over)})`;
  return {
    name: "TtfbHigh",
    expr: `sum by (env, site, target, instance) (${average}) > ${seconds(above)}`,
    forMs,
    severity: "warning",
    summary: "{{ $labels.site }}: the first byte is late: {{ $labels.instance }}",
    description:
      `The first byte of {{ $labels.instance }} came after {{ $value | humanizeDuration }} on average over ` +
      `${prometheusDuration(over)} (limit ${prometheusDuration(above)}). The server takes long to begin its answer.`,
    dashboard: "uptime",
  };
}

function dnsSlow(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.DnsSlow;
  const lookups = `${probes(settings, "probe_dns_lookup_time_seconds")}${probeWindow(settings, over)}`;
  return {
    name: "DnsSlow",
    expr: `avg_over_time(${lookups}) > ${seconds(above)}`,
    forMs,
    severity: "info",
    summary: "{{ $labels.site }}: its name resolves slowly: {{ $labels.instance }}",
    description:
      `To look up the name in {{ $labels.instance }} took {{ $value | humanizeDuration }} on average over ` +
      `${prometheusDuration(over)} (limit ${prometheusDuration(above)}). New visitors wait for that before anything else.`,
    dashboard: "uptime",
  };
}
