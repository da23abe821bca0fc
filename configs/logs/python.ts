import type { Format } from "./format";
import { requestStages } from "./request";
import type { Stage } from "./stage";
import { exceptionStage } from "./traceback";

const LEVEL = "TRACE|DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL";
const ZONE = String.raw`(?:Z| ?[+-]\d{2}:?\d{2})`;
const TIME = String.raw`\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?${ZONE}?`;
/** `2026-11-21 07:03:34,923 INFO`, `… - shop.orders - INFO`, `[…] [17] [INFO]`, `[…] INFO`. */
const HEAD = String.raw`\[?(?P<time>${TIME})\]?(?: \[\d+\])?(?: - [\w.]+ -)? \[?(?P<level>${LEVEL})\b`;
/** `INFO:shop.orders:` of Python without configuration, and `INFO:     ` of uvicorn. */
const LEVEL_FIRST = String.raw`(?:${LEVEL}):(?:\s|[\w.]+:)`;

/** The layouts of {@link TIME}; Go reads a fraction of a second whether they have one or not. */
export const PYTHON_LAYOUTS = [
  "2006-01-02 15:04:05",
  "2006-01-02T15:04:05Z07:00",
  "2006-01-02T15:04:05",
  "2006-01-02T15:04:05-0700",
  "2006-01-02 15:04:05Z07:00",
  "2006-01-02 15:04:05 -0700",
  "2006-01-02 15:04:05-0700",
] as const;

function timestamp(timezone: string): Stage {
  return { kind: "timestamp", source: "time", layouts: PYTHON_LAYOUTS, location: timezone };
}

/** The same expression without names, where it is only asked whether it matches. */
function unnamed(expression: string): string {
  return expression.replaceAll(/\(\?P<\w+>/g, "(?:");
}

const UVICORN_CLIENT = String.raw`(?:- |\[uvicorn\.access\] )?\S* - `;

/** uvicorn's line about a request, alone or behind the head of the application's log. */
export const uvicornAccess: Format = {
  logType: "access",
  matches: [
    String.raw`^(?:INFO:\s+|${unnamed(HEAD)}\]? )${UVICORN_CLIENT}"[A-Z]+ [^"]* HTTP/[\d.]+" \d{3}`,
  ],
  stages: (timezone) => [
    { kind: "regex", expression: `^${HEAD}` },
    timestamp(timezone),
    { kind: "regex", expression: String.raw` - "(?P<request>[^"]*)" (?P<status>\d{3})` },
    ...requestStages,
  ],
  fields: ["method", "path", "status"],
  level: "info",
  hasManyLines: true,
};

/** Text as Python's `logging`, uvicorn, gunicorn and Flask write it, with its traceback. */
export const python: Format = {
  logType: "app",
  matches: [`^(?:${unnamed(HEAD)}|${LEVEL_FIRST})`],
  stages: (timezone) => [
    { kind: "regex", expression: `^${HEAD}` },
    timestamp(timezone),
    { kind: "regex", expression: `^(?P<level>${LEVEL}):` },
    logger(String.raw`^\[?${TIME} - `, " - "),
    logger(String.raw`^[^\n]{19,40} (?:${LEVEL}) \[`, String.raw`\] `),
    logger(String.raw`^[^\n]{19,40} (?:${LEVEL}) in `, ": "),
    logger(`^(?:${LEVEL}):`, ":"),
    exceptionStage(),
  ],
  fields: ["logger", "exception"],
  level: "extracted",
  hasManyLines: true,
};

function logger(before: string, after: string): Stage {
  return { kind: "regex", expression: String.raw`${before}(?P<logger>[A-Za-z_][\w.]*)${after}` };
}
