/** How one exporter of web metrics names what it measures. */
interface AppMetrics {
  /** Counter of answered requests. */
  readonly requests: string;
  /** Histogram of the time to answer, in seconds; without its `_bucket`. */
  readonly duration: string;
  /** Label with the status. */
  readonly status: string;
  /** Label with the path or its template. */
  readonly path: string;
}

/** What `sightline:application.family` names. */
export const APP_METRIC_FAMILIES = ["instrumentator", "starlette", "fastapi"] as const;
export type AppMetricFamily = (typeof APP_METRIC_FAMILIES)[number];

/** The exporters that Python web applications commonly have, by the family of their metrics' names. */
export const APP_METRICS: Readonly<Record<AppMetricFamily, AppMetrics>> = {
  /** prometheus-fastapi-instrumentator: statuses are grouped as `2xx`. */
  instrumentator: {
    requests: "http_requests_total",
    // The one by path ends at 1 s, so that no percentile of it ever passes a limit of 2 s.
    duration: "http_request_duration_highr_seconds",
    status: "status",
    path: "handler",
  },
  /** starlette-exporter. */
  starlette: {
    requests: "starlette_requests_total",
    duration: "starlette_request_duration_seconds",
    status: "status_code",
    path: "path",
  },
  /** The middleware of the widely copied FastAPI observability examples. */
  fastapi: {
    requests: "fastapi_responses_total",
    duration: "fastapi_requests_duration_seconds",
    status: "status_code",
    path: "path",
  },
};
