import type { Settings } from "../settings/settings";
import { prometheusDuration, seconds } from "../units";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { ACCESS_LOG } from "./links";
import { APP, BROWSER, CELERY, counted, NGINX_ERRORS, REQUESTS } from "./log-streams";
import { bars, logLines, ranking } from "./panels";
import { logMetric } from "./query";
import { search, streamLabels } from "./variables";

/** The streams that the reader chose. */
const CHOSEN =
  '{env=~"$env",host=~"$host",job=~"$job",service=~"$service",log_type=~"$log_type",level=~"$level"}';

/** What do the logs say? The other dashboards' links lead here. */
export function logsDashboard(settings: Settings): Dashboard {
  return dashboardOf(settings, {
    name: "logs",
    title: "Logs",
    description: "What do the logs say?",
    variables: [...streamLabels(), search()],
    rows: [explorerRow(), errorsRow(), exceptionsRow(), slowRow(settings)],
    from: "now-1h",
  });
}

function explorerRow(): Row {
  const found = `${CHOSEN} |~ "(?i)$search"`;
  return {
    title: "Explorer",
    panels: [
      bars({
        title: "Lines by level",
        unit: "short",
        width: 24,
        queries: [logMetric(counted(found, "$__auto", "level"), "{{level}}")],
        description: "Lines without a name have no level: access logs, for example.",
      }),
      logLines({ title: "Lines", expr: found }),
    ],
  };
}

function errorsRow(): Row {
  return {
    title: "Errors",
    panels: [
      bars({
        title: "Answers with 4xx and 5xx",
        unit: "short",
        width: 6,
        queries: [
          logMetric(counted(`${REQUESTS} | status>=400`, "$__auto", "status"), "{{status}}"),
        ],
        emptyText: "None",
        logs: ACCESS_LOG,
      }),
      bars({
        title: "nginx' error log",
        unit: "short",
        width: 6,
        queries: [logMetric(counted(NGINX_ERRORS, "$__auto", "level"), "{{level}}")],
        emptyText: "None",
        logs: { job: "nginx", log_type: "error" },
      }),
      bars({
        title: "Errors of the application",
        unit: "short",
        width: 6,
        queries: [
          logMetric(
            counted('{job="app",level=~"error|critical",env=~"$env"}', "$__auto", "service, level"),
            "{{service}} {{level}}",
          ),
        ],
        emptyText: "None",
        logs: { job: "app", level: "error" },
      }),
      bars({
        title: "JavaScript errors",
        unit: "short",
        width: 6,
        queries: [
          logMetric(counted(`${BROWSER} | type=~"error|rejection"`, "$__auto", "type"), "{{type}}"),
        ],
        emptyText: "None",
        logs: { job: "frontend" },
      }),
    ],
  };
}

function exceptionsRow(): Row {
  return {
    title: "Exceptions and tasks",
    panels: [
      ranking({
        title: "Exceptions by class",
        unit: "short",
        queries: [
          logMetric(
            `topk(10, ${counted(`${APP} | exception!=""`, "$__range", "service, exception")})`,
            "{{exception}} in {{service}}",
          ),
        ],
        emptyText: "None",
        logs: { job: "app", level: "error" },
      }),
      bars({
        title: "What became of Celery's tasks",
        unit: "short",
        queries: [logMetric(counted(`${CELERY} | event!=""`, "$__auto", "event"), "{{event}}")],
        emptyText: "No task",
        logs: { job: "app", service: "celery" },
      }),
      logLines({ title: "Exceptions", expr: `${APP} | exception!=""` }),
    ],
  };
}

function slowRow({ alerts }: Settings): Row {
  const { slowerThan } = alerts.SlowRequestShare;
  return {
    title: "Slow requests",
    panels: [
      logLines({
        title: `Requests over ${prometheusDuration(slowerThan)}`,
        expr: `${REQUESTS} | request_time>${seconds(slowerThan)}`,
        description: "Empty also where the log format has no request_time (docs/logs.md).",
      }),
    ],
  };
}
