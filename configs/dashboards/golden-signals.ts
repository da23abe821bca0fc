import type { Settings } from "../settings/settings";
import { prometheusDuration, seconds } from "../units";
import { applicationSignals } from "./application-metrics";
import type { Row } from "./dashboard";
import { above } from "./limits";
import { ACCESS_LOG } from "./links";
import { APP, counted, quantile, REQUESTS, timedRequests, VISITS } from "./log-streams";
import { timeSeries } from "./panels";
import { logMetric, metric } from "./query";
import { busy, usedDisk, usedMemory } from "./resources";
import { probeOf } from "./uptime";

/**
 * Latency, traffic, errors and saturation. Which source can tell depends on the site: all are
 * asked, and those that have an answer are drawn.
 */
export function goldenRows(settings: Settings): readonly Row[] {
  return [
    {
      title: "Golden signals: latency and traffic",
      panels: [latency(settings), traffic(settings)],
    },
    {
      title: "Golden signals: errors and saturation",
      panels: [errors(settings), saturation(settings)],
    },
  ];
}

function latency(settings: Settings) {
  const { alerts } = settings;
  const window = prometheusDuration(alerts.RequestLatencyP95High.over);
  const probeWindow = prometheusDuration(alerts.ProbeLatencyP95High.over);
  const ofRequests = quantile({
    share: 0.95,
    of: timedRequests(settings),
    field: "request_time",
    window,
  });
  const ofApplication = quantile({ share: 0.95, of: APP, field: "duration_ms", window });
  return timeSeries({
    title: "Latency: P95",
    unit: "s",
    queries: [
      logMetric(ofRequests, `requests, ${window}`),
      logMetric(`${ofApplication} / 1000`, `as the application logs it, ${window}`),
      metric(
        `quantile_over_time(0.95, probe_duration_seconds{${probeOf(settings)}}[${probeWindow}])`,
        `probes of the {{target}}, ${probeWindow}`,
      ),
      ...applicationSignals(settings).latency,
    ],
    description:
      "No line for requests: the access log's format has no request_time (docs/logs.md). The " +
      "application's own time and the probes stand in for it.",
    limits: above(seconds(alerts.RequestLatencyP95High.above)),
    logs: ACCESS_LOG,
  });
}

function traffic(settings: Settings) {
  return timeSeries({
    title: "Traffic: requests of visitors",
    unit: "reqps",
    queries: [
      logMetric(`sum by (env) (rate(${VISITS} [$__auto]))`, "the access log"),
      ...applicationSignals(settings).traffic,
    ],
    description: "The probes are not counted in the access log.",
    logs: ACCESS_LOG,
  });
}

function errors(settings: Settings) {
  const { alerts } = settings;
  const window = prometheusDuration(alerts.High5xxRate.over);
  const failed = counted(`${REQUESTS} | status>=500`, window);
  const all = counted(REQUESTS, window);
  return timeSeries({
    title: `Errors: share of 5xx, in ${window}`,
    unit: "percentunit",
    queries: [
      // Of the requests that there were, none failing is 0 and no gap. Without requests it stays one.
      logMetric(`(${failed} / ${all}) or (0 * ${all})`, "the access log"),
      ...applicationSignals(settings).errors,
    ],
    limits: above(alerts.High5xxRate.above, alerts.High5xxRate.criticalAbove),
    logs: ACCESS_LOG,
  });
}

function saturation({ alerts }: Settings) {
  return timeSeries({
    title: "Saturation: the fullest of CPU, memory and disk",
    unit: "percentunit",
    queries: [
      metric(`max by (host) (${busy("env, host")})`, "{{host}} CPU"),
      metric(`max by (host) (${usedMemory()})`, "{{host}} memory"),
      metric(`max by (host) (${usedDisk()})`, "{{host}} disk"),
    ],
    limits: above(
      Math.min(alerts.HighCPUUsage.above, alerts.HighMemoryUsage.above, alerts.HighDiskUsage.above),
    ),
  }).max(1);
}
