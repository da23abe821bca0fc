/** Lines as they lie in Loki, for cases of the rules on logs. */

/** The only labels that a line has. */
export const LOG_LABELS = ["env", "host", "job", "service", "log_type", "level"] as const;

/** The structured metadata that rules may ask for. */
export const LOG_FIELDS = [
  "method",
  "path",
  "status",
  "bytes_sent",
  "request_time",
  "upstream_response_time",
  "upstream_header_time",
  "request_id",
  "origin",
  "logger",
  "duration_ms",
  "error",
  "exception",
  "task",
  "task_id",
  "event",
  "duration_seconds",
  "type",
  "message",
  "release",
  "load_ms",
  "ttfb_ms",
] as const;

export type LogLabels = Readonly<Partial<Record<(typeof LOG_LABELS)[number], string>>>;
export type LogFields = Readonly<Partial<Record<(typeof LOG_FIELDS)[number], string>>>;

export interface LogLine {
  /** `env` is the case's own. */
  readonly labels: Omit<LogLabels, "env">;
  readonly fields: LogFields;
  readonly text: string;
  /** How long before the case's moment it was written; negative for later. */
  readonly ageMs: number;
}

export type UndatedLine = Omit<LogLine, "ageMs">;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

/**
 * So many lines, evenly over the whole of a window that ends `untilMs` before the case's moment. A
 * rule with half of the window sees half of them. Several kinds of line take turns.
 */
export function over(
  windowMs: number,
  count: number,
  kinds: UndatedLine | readonly UndatedLine[],
  untilMs = 0,
): readonly LogLine[] {
  const turns = [kinds].flat();
  return Array.from({ length: count }, (_, index) => ({
    ...(turns[index % turns.length] as UndatedLine),
    ageMs: untilMs + windowMs * ((index + 0.5) / count),
  }));
}

/** One line. */
export function at(ageMs: number, line: UndatedLine): readonly LogLine[] {
  return [{ ...line, ageMs }];
}

/** A real value of each label that belongs to other lines. `docker` is the same line by another way. */
const OTHERS = {
  host: "monitoring",
  job: "docker",
  service: "beat",
  log_type: "other",
  level: "warning",
} as const;

/** A hundred lines for each label that differ from a line in this label alone, and so do not count. */
export function lookalikes(
  windowMs: number,
  line: UndatedLine,
  labels: readonly (keyof typeof OTHERS)[],
): readonly LogLine[] {
  const kinds = labels.map((label) => ({
    ...line,
    labels: { ...line.labels, [label]: OTHERS[label] },
  }));
  return over(windowMs, 100 * kinds.length, kinds);
}

/** An answered request in nginx' access log. */
export function request(status: number, fields: LogFields = {}): UndatedLine {
  const { method = "GET", path = "/", ...rest } = fields;
  return {
    labels: { host: "app", job: "nginx", service: "nginx", log_type: "access" },
    fields: { method, path, status: String(status), bytes_sent: "512", ...rest },
    text: `203.0.113.7 - - [21/Nov/2026:07:23:58 +0000] "${method} ${path} HTTP/1.1" ${status} 512 "-" "Mozilla/5.0"`,
  };
}

/** A check by Sightline in nginx' access log. */
export const probe: UndatedLine = request(200, { origin: "probe", request_time: "0.004" });

export function nginxError(level: string, text: string): UndatedLine {
  return {
    labels: { host: "app", job: "nginx", service: "nginx", log_type: "error", level },
    fields: {},
    text: `2026/11/21 07:23:58 [${level}] 7#7: *42 ${text}`,
  };
}

export function appLine(level: string, text: string, fields: LogFields = {}): UndatedLine {
  return {
    labels: { host: "app", job: "app", service: "fastapi", log_type: "app", level },
    fields: { logger: "shop.orders", ...fields },
    text: `2026-11-21 07:23:58,917 ${level.toUpperCase()} [shop.orders] ${text}`,
  };
}

export function celeryLine(level: string, text: string, fields: LogFields = {}): UndatedLine {
  return {
    labels: { host: "app", job: "app", service: "celery", log_type: "app", level },
    fields,
    text: `[2026-11-21 07:23:58,917: ${level.toUpperCase()}/MainProcess] ${text}`,
  };
}

export function browserLine(type: string, fields: LogFields = {}): UndatedLine {
  return {
    labels: {
      host: "app",
      job: "frontend",
      service: "frontend",
      log_type: "browser",
      level: "error",
    },
    fields: { type, path: "/tasks", ...fields },
    text: `{"type":"${type}","path":"/tasks"}`,
  };
}

export function redisLine(level: string, text: string): UndatedLine {
  return {
    labels: { host: "app", job: "redis", service: "redis", log_type: "redis", level },
    fields: {},
    text: `1:M 21 Nov 2026 07:23:58.917 # ${text}`,
  };
}
