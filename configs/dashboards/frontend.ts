import type { Settings } from "../settings/settings";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { BROWSER, counted, quantile } from "./log-streams";
import { bars, logLines, ranking, timeSeries } from "./panels";
import { logMetric } from "./query";
import { environment } from "./variables";

const LOADS = `${BROWSER} | type="load"`;
const ERRORS = `${BROWSER} | type=~"error|rejection"`;
const WINDOW = "15m";

/** How fast does the page load in people's browsers, and what breaks there? */
export function frontendDashboard(settings: Settings): Dashboard {
  return dashboardOf(settings, {
    name: "frontend",
    title: "Frontend",
    description: "How fast does the page load in people's browsers, and what breaks there?",
    variables: [environment()],
    rows: [loadingRow(), errorsRow()],
  });
}

function loadingRow(): Row {
  return {
    title: "Loading the page",
    panels: [
      loadTime("The whole page", "load_ms").span(24),
      loadTime("Until it can be used (DOMContentLoaded)", "dom_content_loaded_ms"),
      loadTime("Time to first byte", "ttfb_ms"),
      bars({
        title: "Page views",
        unit: "short",
        queries: [logMetric(counted(LOADS, "$__auto"), "{{env}}")],
        emptyText: NOTHING_YET,
      }),
      ranking({
        title: "Slowest pages (P95)",
        unit: "ms",
        queries: [
          logMetric(
            `topk(10, ${quantile({ share: 0.95, of: LOADS, field: "load_ms", window: "$__range", by: "path" })})`,
            "{{path}}",
          ),
        ],
        emptyText: NOTHING_YET,
      }),
    ],
  };
}

function errorsRow(): Row {
  return {
    title: "Errors",
    panels: [
      bars({
        title: "Errors by kind",
        unit: "short",
        width: 8,
        queries: [logMetric(counted(ERRORS, "$__auto", "type"), "{{type}}")],
        emptyText: "None",
        logs: { job: "frontend" },
      }),
      timeSeries({
        title: `Errors per page view, in ${WINDOW}`,
        unit: "percentunit",
        width: 8,
        queries: [logMetric(`${counted(ERRORS, WINDOW)} / ${counted(LOADS, WINDOW)}`, "{{env}}")],
        emptyText: "None",
      }),
      ranking({
        title: "Most frequent errors",
        unit: "short",
        width: 8,
        queries: [logMetric(`topk(10, ${counted(ERRORS, "$__range", "message")})`, "{{message}}")],
        emptyText: "None",
      }),
      logLines({ title: "Errors and their pages", expr: ERRORS }),
    ],
  };
}

const NOTHING_YET = "No browser has reported yet";

function loadTime(title: string, field: string) {
  return timeSeries({
    title: `${title}, percentiles of ${WINDOW}`,
    unit: "ms",
    queries: [0.5, 0.75, 0.95].map((share) =>
      logMetric(quantile({ share, of: LOADS, field, window: WINDOW }), `P${share * 100}`),
    ),
    emptyText: NOTHING_YET,
  });
}
