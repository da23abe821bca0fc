import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { above, type Limits } from "./limits";
import { BROWSER, counted, quantile } from "./log-streams";
import { bars, logLines, ranking, timeSeries } from "./panels";
import { logMetric } from "./query";
import { environment } from "./variables";

const LOADS = `${BROWSER} | type="load"`;
const VITALS = `${BROWSER} | type="vitals"`;
const ERRORS = `${BROWSER} | type=~"error|rejection"`;
const MISSING = `${BROWSER} | type="resource"`;
const WINDOW = "15m";

/** How fast does the page load in people's browsers, and what breaks there? */
export function frontendDashboard(settings: Settings): Dashboard {
  return dashboardOf(settings, {
    name: "frontend",
    title: "Frontend",
    description: "How fast does the page load in people's browsers, and what breaks there?",
    variables: [environment()],
    rows: [loadingRow(settings), vitalsRow(), errorsRow(settings)],
  });
}

function loadingRow({ alerts }: Settings): Row {
  const { above: limit, over } = alerts.PageLoadP95High;
  return {
    title: "Loading the page",
    panels: [
      loadTime("The whole page", "load_ms", {
        window: prometheusDuration(over),
        limits: above(limit),
      }).span(24),
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

/** What Google calls the core web vitals, in the three quarters of visits by which it judges them. */
function vitalsRow(): Row {
  return {
    title: "How it feels",
    panels: [
      vital({ title: "Largest part in view (LCP)", field: "lcp_ms", unit: "ms" }),
      vital({ title: "Answer to a click or key (INP)", field: "inp_ms", unit: "ms" }),
      vital({ title: "Jumps of the layout (CLS)", field: "cls", unit: "short" }),
    ],
  };
}

function errorsRow({ alerts }: Settings): Row {
  const { above: limit, over } = alerts.JsErrorRatio;
  const window = prometheusDuration(over);
  return {
    title: "Errors",
    panels: [
      bars({
        title: "Errors by kind",
        unit: "short",
        queries: [logMetric(counted(ERRORS, "$__auto", "type"), "{{type}}")],
        emptyText: "None",
        logs: { job: "frontend" },
      }),
      timeSeries({
        title: `Errors per page view, in ${window}`,
        unit: "percentunit",
        queries: [logMetric(`${counted(ERRORS, window)} / ${counted(LOADS, window)}`, "{{env}}")],
        limits: above(limit),
        emptyText: "None",
      }),
      ranking({
        title: "Most frequent errors",
        unit: "short",
        queries: [logMetric(`topk(10, ${counted(ERRORS, "$__range", "message")})`, "{{message}}")],
        emptyText: "None",
      }),
      ranking({
        title: "What was not loaded",
        unit: "short",
        queries: [logMetric(`topk(10, ${counted(MISSING, "$__range", "url")})`, "{{url}}")],
        emptyText: "None",
      }),
      logLines({ title: "Errors and their pages", expr: ERRORS }),
    ],
  };
}

const NOTHING_YET = "No browser has reported yet";

function vital({ title, field, unit }: { title: string; field: string; unit: "ms" | "short" }) {
  return timeSeries({
    title: `${title}, P75 of ${WINDOW}`,
    unit,
    width: 8,
    queries: [
      logMetric(
        quantile({ share: 0.75, of: `${VITALS} | ${field}!=""`, field, window: WINDOW }),
        "{{env}}",
      ),
    ],
    emptyText: NOTHING_YET,
  });
}

function loadTime(
  title: string,
  field: string,
  { window = WINDOW, limits }: { readonly window?: string; readonly limits?: Limits } = {},
) {
  return timeSeries({
    title: `${title}, percentiles of ${window}`,
    unit: "ms",
    queries: [0.5, 0.75, 0.95].map((share) =>
      logMetric(quantile({ share, of: LOADS, field, window }), `P${share * 100}`),
    ),
    ...(limits ? { limits } : {}),
    emptyText: NOTHING_YET,
  });
}
