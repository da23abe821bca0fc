import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { applicationMetricsRows } from "./application-metrics";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { above } from "./limits";
import { ACCESS_LOG } from "./links";
import { counted, quantile, REQUESTS, timedRequests, VISITS } from "./log-streams";
import { bars, ranking, timeSeries } from "./panels";
import { logMetric } from "./query";
import { applicationRow, NO_TIMING, probesRow, requestsRow } from "./response-times";
import { environment } from "./variables";

/** How fast is the site for those who use it, and where is it slow or failing? */
export function performanceDashboard(settings: Settings): Dashboard {
  return dashboardOf(settings, {
    name: "performance",
    title: "Performance",
    description: "How fast is the site for those who use it, and where is it slow or failing?",
    variables: [environment()],
    rows: [
      requestsRow(settings),
      endpointsRow(settings),
      errorsRow(settings),
      applicationRow(settings),
      ...applicationMetricsRows(settings),
      probesRow(settings),
    ],
  });
}

function endpointsRow(settings: Settings): Row {
  const byEndpoint = (lines: string) => `topk(10, ${counted(lines, "$__range", "method, path")})`;
  const slowest = quantile({
    share: 0.95,
    of: timedRequests(settings),
    field: "request_time",
    window: "$__range",
    by: "method, path",
  });
  return {
    title: "By endpoint and method",
    panels: [
      ranking({
        title: "Most visits",
        unit: "short",
        width: 8,
        queries: [logMetric(byEndpoint(`${VISITS} | path!=""`), "{{method}} {{path}}")],
      }),
      ranking({
        title: "Slowest endpoints (P95)",
        unit: "s",
        width: 8,
        queries: [logMetric(`topk(10, ${slowest})`, "{{method}} {{path}}")],
        description: "Of an endpoint with few requests this is its slowest one.",
        emptyText: NO_TIMING,
      }),
      ranking({
        title: "Most errors (4xx and 5xx)",
        unit: "short",
        width: 8,
        queries: [
          logMetric(byEndpoint(`${REQUESTS} | status>=400 | path!=""`), "{{method}} {{path}}"),
        ],
        emptyText: "No error",
        logs: ACCESS_LOG,
      }),
    ],
  };
}

function errorsRow({ alerts }: Settings): Row {
  const share = (filter: string, window: string, by: string) =>
    `${counted(`${REQUESTS} | ${filter}`, window, by)} / ${counted(REQUESTS, window, by)}`;
  const window = prometheusDuration(alerts.HighErrorRate.over);
  const serverWindow = prometheusDuration(alerts.High5xxRate.over);
  return {
    title: "Errors",
    panels: [
      timeSeries({
        title: `Share of 4xx and 5xx by method, in ${window}`,
        unit: "percentunit",
        width: 8,
        queries: [logMetric(share("status>=400", window, "method"), "{{method}}")],
        limits: above(alerts.HighErrorRate.above),
        emptyText: "No error",
        logs: ACCESS_LOG,
      }),
      timeSeries({
        title: `Share of 5xx, in ${serverWindow}`,
        unit: "percentunit",
        width: 8,
        queries: [logMetric(share("status>=500", serverWindow, "env"), "{{env}}")],
        limits: above(alerts.High5xxRate.above, alerts.High5xxRate.criticalAbove),
        emptyText: "No error of the server",
        logs: ACCESS_LOG,
      }),
      bars({
        title: "Errors by endpoint",
        unit: "short",
        width: 8,
        queries: [
          logMetric(
            `topk(10, ${counted(`${REQUESTS} | status>=400 | path!=""`, "$__auto", "method, path")})`,
            "{{method}} {{path}}",
          ),
        ],
        emptyText: "No error",
        logs: ACCESS_LOG,
      }),
    ],
  };
}
