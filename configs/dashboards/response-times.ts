import type { Settings } from "../settings/settings";
import { prometheusDuration, seconds } from "../units";
import type { Row } from "./dashboard";
import { above } from "./limits";
import { ACCESS_LOG } from "./links";
import { APP, counted, quantile, timedRequests, VISITS } from "./log-streams";
import { bars, timeSeries } from "./panels";
import { logMetric, metric, type Query } from "./query";
import { probeOf } from "./uptime";

/** What a panel says that needs a time which the access log's format does not have. */
export const NO_TIMING =
  "request_time is missing: the log format has no timing (docs/logs.md). See the application's own time, or the probe's";

/** How long requests take, as nginx logs it where its format has times. */
export function requestsRow(settings: Settings): Row {
  const { alerts } = settings;
  const timed = timedRequests(settings);
  const window = prometheusDuration(alerts.RequestLatencyP95High.over);
  const { slowerThan, above: slowShare, over: slowOver } = alerts.SlowRequestShare;
  const slow = prometheusDuration(slowerThan);
  const slowWindow = prometheusDuration(slowOver);
  const all = counted(timed, slowWindow);
  return {
    title: "Requests, from the access log",
    panels: [
      timeSeries({
        title: `Response time, percentiles of ${window}`,
        unit: "s",
        queries: percentiles([0.5, 0.95, 0.99], { of: timed, field: "request_time", window }),
        limits: above(seconds(alerts.RequestLatencyP95High.above)),
        emptyText: NO_TIMING,
        logs: ACCESS_LOG,
      }),
      timeSeries({
        title: `Time to the backend's first byte, percentiles of ${window}`,
        unit: "s",
        queries: percentiles([0.5, 0.95], { of: timed, field: "upstream_header_time", window }),
        limits: above(seconds(alerts.TtfbHigh.above)),
        emptyText: NO_TIMING,
      }),
      timeSeries({
        title: `Share of requests over ${slow}, in ${slowWindow}`,
        unit: "percentunit",
        queries: [
          logMetric(
            `${counted(`${timed} | request_time>${seconds(slowerThan)}`, slowWindow)} / ${all}`,
            "{{env}}",
          ),
        ],
        limits: above(slowShare),
        emptyText: `No request over ${slow}, or no times in the log`,
        logs: ACCESS_LOG,
      }),
      bars({
        title: "Visits by status",
        unit: "short",
        queries: [logMetric(counted(`${VISITS} | status!=""`, "$__auto", "status"), "{{status}}")],
        logs: ACCESS_LOG,
      }),
    ],
  };
}

/** The application's own measure, where its log has one: it knows nothing of nginx and the way there. */
export function applicationRow({ alerts }: Settings): Row {
  const window = prometheusDuration(alerts.RequestLatencyP95High.over);
  return {
    title: "As the application logs it",
    panels: [
      timeSeries({
        title: `Duration in the application, percentiles of ${window}`,
        unit: "ms",
        width: 24,
        queries: percentiles([0.5, 0.95], { of: APP, field: "duration_ms", window }),
        limits: above(alerts.RequestLatencyP95High.above),
        emptyText: "The application's log has no duration_ms",
        logs: { job: "app" },
      }),
    ],
  };
}

/** How long the probes take. Titles say of how few checks a percentile is. */
export function probesRow(settings: Settings): Row {
  const { alerts, intervals } = settings;
  const shortMs = alerts.ProbeLatencyP95High.over;
  // A P99 of less than some hundred checks is nothing but the slowest one.
  const longMs = Math.max(shortMs, 300 * intervals.probe);
  const checks = (windowMs: number) => Math.floor(windowMs / intervals.probe);
  const percentile = (share: number, windowMs: number) =>
    metric(
      `quantile_over_time(${share}, probe_duration_seconds{${probeOf(settings)}}[${prometheusDuration(windowMs)}])`,
      `P${share * 100} {{target}}`,
    );
  return {
    title: "Probes, also where nobody visits",
    panels: [
      timeSeries({
        title: `P50 and P95 of the last ${checks(shortMs)} checks`,
        unit: "s",
        queries: [percentile(0.5, shortMs), percentile(0.95, shortMs)],
        limits: above(seconds(alerts.ProbeLatencyP95High.above)),
      }),
      timeSeries({
        title: `P99 of the last ${checks(longMs)} checks`,
        unit: "s",
        queries: [percentile(0.99, longMs)],
      }),
    ],
  };
}

function percentiles(
  shares: readonly number[],
  sample: { readonly of: string; readonly field: string; readonly window: string },
): readonly Query[] {
  return shares.map((share) => logMetric(quantile({ share, ...sample }), `P${share * 100}`));
}
