import type { Format } from "./format";
import { PYTHON_LAYOUTS } from "./python";
import { oneOfNames } from "./stage";
import { exceptionStage } from "./traceback";

/** A log of JSON objects, with the keys that Python's and Node's libraries for it use. */
export const appJson: Format = {
  logType: "app",
  matches: [
    String.raw`^\{`,
    String.raw`"(?:level|levelname|severity|message|msg|event)"\s*:`,
    String.raw`\}\s*$`,
  ],
  stages: (timezone) => [
    {
      kind: "json",
      expressions: {
        time: 'timestamp || time || asctime || "@timestamp"',
        level: "level || levelname || severity",
        service: "service",
        logger: "logger || name",
        request_id: "request_id",
        method: "method",
        path: "endpoint || path",
        status: "status || status_code",
        duration_ms: "duration_ms",
        error: "error",
        exception: "exception_type",
        traceback: "exc_info || exception || traceback",
      },
    },
    { kind: "timestamp", source: "time", layouts: PYTHON_LAYOUTS, location: timezone },
    { kind: "regex", source: "path", expression: "^(?P<path>[^?#]*)" },
    // Loki refuses a whole line for fields that are too long.
    {
      kind: "template",
      source: "error",
      template: '{{ if .Value }}{{ printf "%.1000s" .Value }}{{ end }}',
    },
    exceptionStage("traceback"),
  ],
  fields: ["logger", "request_id", "method", "path", "status", "duration_ms", "error", "exception"],
  level: "extracted",
  hasManyLines: true,
  // A service of any other name is no label: the log decides what is in it, labels must stay few.
  serviceStages: [
    oneOfNames("service", { celery: "celery", worker: "celery" }),
    { kind: "labels", names: ["service"] },
  ],
};
