import type { Format } from "./format";
import { oneOfNames } from "./stage";
import { exceptionStage } from "./traceback";

const HEAD = String.raw`^\[(?P<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3}): (?P<level>[A-Z]+)/[^\]]+\] `;

/** How Celery words what happened to a task or a worker, with the name of that event. */
const EVENTS = {
  received: "received",
  succeeded: "succeeded",
  raised: "failed",
  "internal error": "failed",
  retry: "retry",
  workerlosterror: "worker_lost",
  "exited with": "worker_lost",
  "time limit": "time_limit",
  timelimitexceeded: "time_limit",
  softtimelimitexceeded: "time_limit",
  "cannot connect to": "broker_lost",
  "connection to broker lost": "broker_lost",
} as const;

/** A Celery worker's log, with what it says about tasks. */
export const celery: Format = {
  logType: "celery",
  matches: [String.raw`^\[\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3}: [A-Z]+/[^\]]+\] `],
  stages: (timezone) => [
    { kind: "regex", expression: HEAD },
    { kind: "timestamp", source: "time", layouts: ["2006-01-02 15:04:05"], location: timezone },
    {
      kind: "regex",
      expression: String.raw`^\[[^\]]+\] (?:Task )?(?P<task>[\w.]+)\[(?P<task_id>[0-9A-Za-z-]+)\](?:: | (?P<event>received|succeeded|raised|internal error|retry)\b| )`,
    },
    {
      kind: "regex",
      expression: String.raw`^\[[^\]]+\] Task handler raised error: (?P<exception>(?P<event>WorkerLostError|TimeLimitExceeded|SoftTimeLimitExceeded))\b`,
    },
    {
      kind: "regex",
      expression: String.raw`^\[[^\]]+\] Process '[^']+' pid:\d+ (?P<event>exited with) `,
    },
    {
      kind: "regex",
      expression: String.raw`^\[[^\]]+\] (?:Hard|Soft) (?P<event>time limit) \([\d.]+s\) exceeded for (?P<task>[\w.]+)\[(?P<task_id>[0-9A-Za-z-]+)\]`,
    },
    {
      kind: "regex",
      expression: String.raw`^\[[^\]]+\] consumer: (?P<event>Cannot connect to|Connection to broker lost)`,
    },
    oneOfNames("event", EVENTS),
    {
      kind: "regex",
      expression: String.raw`^\[[^\]]+\] Task \S+ succeeded in (?P<duration_seconds>\d[\d.e-]*)s`,
    },
    {
      kind: "regex",
      expression: String.raw`^\[[^\]]+\] Task \S+ (?:raised (?:un)?expected: |retry: Retry in [^:]+: |internal error: )(?P<exception>[A-Za-z_]\w*)\(`,
    },
    exceptionStage(),
  ],
  fields: ["task", "task_id", "event", "duration_seconds", "exception"],
  level: "extracted",
  hasManyLines: true,
  serviceStages: [{ kind: "staticLabels", labels: { service: "celery" } }],
};
