import type { Settings } from "./settings/settings";

/** One stage of a Promtail pipeline, as Promtail's documentation spells it. */
export type Stage = Readonly<Record<string, unknown>>;

/** A kind of log file that the site writes. */
export interface LogSource {
  /** The folder it lives in, a key of `sightline:logs.directories`. */
  readonly directory: keyof Settings["logs"]["directories"];
  readonly file: string;
  /** Fixed labels. Only these and `level` become labels: nothing of high cardinality. */
  readonly labels: { readonly job: string; readonly service: string; readonly log_type: string };
  readonly stages: readonly Stage[];
}

/** Names of Python's, nginx' and syslog's levels, in one spelling. */
const LEVELS = {
  template:
    '{{ $l := ToLower .Value }}{{ if eq $l "warn" }}warning{{ else if eq $l "crit" }}critical{{ else }}{{ $l }}{{ end }}',
};

/** Parses the time of a line; a line without one keeps the time at which it was read. */
function timestamp(format: string): Stage {
  return { timestamp: { source: "time", format, location: "UTC" } };
}

const levelLabel: readonly Stage[] = [
  { template: { source: "level", template: LEVELS.template } },
  { labels: { level: "" } },
];

/** The log files of the site (seed 004), each with the pipeline that reads its format. */
export const logSources: readonly LogSource[] = [
  {
    directory: "nginx",
    file: "access.log",
    labels: { job: "nginx", service: "nginx", log_type: "access" },
    stages: [
      {
        regex: {
          expression: String.raw`\[(?P<time>\d{2}/\w{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]`,
        },
      },
      timestamp("02/Jan/2006:15:04:05 -0700"),
    ],
  },
  {
    directory: "nginx",
    file: "error.log",
    labels: { job: "nginx", service: "nginx", log_type: "error" },
    stages: [
      {
        regex: {
          expression: String.raw`^(?P<time>\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}) \[(?P<level>\w+)\]`,
        },
      },
      timestamp("2006/01/02 15:04:05"),
      ...levelLabel,
    ],
  },
  {
    directory: "app",
    file: "app.log",
    labels: { job: "app", service: "app", log_type: "app" },
    stages: [
      // A traceback belongs to the line that announces it. Celery puts its time into brackets.
      {
        multiline: {
          firstline: String.raw`^\[?\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}`,
          max_wait_time: "1s",
        },
      },
      {
        regex: {
          expression: String.raw`^\[?(?P<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}[,.]\d{3}):? (?P<level>[A-Z]+)`,
        },
      },
      timestamp("2006-01-02 15:04:05.000"),
      ...levelLabel,
    ],
  },
  {
    directory: "redis",
    file: "redis.log",
    labels: { job: "redis", service: "redis", log_type: "redis" },
    stages: [
      {
        regex: {
          expression: String.raw`^\d+:[A-Z] (?P<time>\d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2}\.\d{3}) (?P<level>[.\-*#]) `,
        },
      },
      timestamp("02 Jan 2006 15:04:05.000"),
      {
        template: {
          source: "level",
          template:
            '{{ if eq .Value "#" }}warning{{ else if eq .Value "*" }}notice{{ else if eq .Value "-" }}info{{ else if eq .Value "." }}debug{{ end }}',
        },
      },
      { labels: { level: "" } },
    ],
  },
];
