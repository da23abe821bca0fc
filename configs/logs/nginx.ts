import type { Format } from "./format";
import { originStages, QUOTED, requestStages } from "./request";
import type { Stage } from "./stage";

const ACCESS_FIELDS = [
  "method",
  "path",
  "status",
  "bytes_sent",
  "request_time",
  "upstream_response_time",
  "upstream_header_time",
  "request_id",
  "origin",
];

/** The time in milliseconds, where the line has it: better than the second of the other one. */
const msecStage: Stage = { kind: "timestamp", source: "msec", layouts: ["Unix"], location: "UTC" };

/** nginx' `combined`, `main` and our own with timing; also the common log format of other servers. */
export const nginxAccess: Format = {
  logType: "access",
  matches: [
    String.raw`^\S+ \S+ .+ \[\d{2}/[A-Z][a-z]{2}/\d{4}[: ]\d{2}:\d{2}:\d{2}[^\]]*\] "${QUOTED}" \d{3} (?:\d+|-)`,
  ],
  stages: (timezone) => [
    {
      kind: "regex",
      expression:
        String.raw`\[(?P<time>\d{2}/[A-Z][a-z]{2}/\d{4}[^\]]*)\] "(?P<request>${QUOTED})" (?P<status>\d{3}) (?P<bytes_sent>\d*)-?` +
        String.raw`(?: "${QUOTED}" "(?P<user_agent>${QUOTED})"(?P<timing>[^\n]*))?`,
    },
    {
      kind: "timestamp",
      source: "time",
      layouts: ["02/Jan/2006:15:04:05 -0700", "02/Jan/2006 15:04:05"],
      location: timezone,
    },
    ...requestStages,
    ...originStages,
    ...timingStages,
  ],
  fields: ACCESS_FIELDS,
};

/** What our log format adds. A list of upstreams counts by its last number; `-` is none. */
const timingStages: readonly Stage[] = [
  { kind: "regex", source: "timing", expression: String.raw`\brt=(?P<request_time>\d+\.\d+)` },
  {
    kind: "regex",
    source: "timing",
    expression: String.raw`\burt="(?:[^"]*[ ,:])?(?P<upstream_response_time>\d+\.\d+)[^"\d]*"`,
  },
  {
    kind: "regex",
    source: "timing",
    expression: String.raw`\buht="(?:[^"]*[ ,:])?(?P<upstream_header_time>\d+\.\d+)[^"\d]*"`,
  },
  {
    kind: "regex",
    source: "timing",
    expression: String.raw`\bid=(?P<request_id>[0-9A-Za-z][\w-]*)`,
  },
  { kind: "regex", source: "timing", expression: String.raw`\bmsec=(?P<msec>\d+\.\d+)` },
  msecStage,
];

/** A JSON access log whose keys are called like nginx' variables. */
export const nginxJson: Format = {
  logType: "access",
  matches: [
    String.raw`^\{`,
    String.raw`"status"\s*:`,
    String.raw`"request(?:_method)?"\s*:`,
    String.raw`"(?:msec|time_iso8601|time_local)"\s*:`,
    String.raw`\}\s*$`,
  ],
  stages: (timezone) => [
    {
      kind: "json",
      expressions: {
        time: "time_iso8601 || time_local",
        msec: "msec",
        request: "request",
        request_method: "request_method",
        request_uri: "request_uri || uri",
        status: "status",
        bytes_sent: "body_bytes_sent || bytes_sent",
        request_time: "request_time",
        upstream_response: "upstream_response_time",
        upstream_header: "upstream_header_time",
        request_id: "request_id",
        user_agent: "http_user_agent",
      },
    },
    {
      kind: "timestamp",
      source: "time",
      layouts: ["2006-01-02T15:04:05Z07:00", "02/Jan/2006:15:04:05 -0700"],
      location: timezone,
    },
    msecStage,
    {
      kind: "template",
      source: "request",
      template:
        "{{ if .request_method }}{{ .request_method }} {{ .request_uri }}{{ else }}{{ .request }}{{ end }}",
    },
    ...requestStages,
    ...originStages,
    lastNumber("upstream_response", "upstream_response_time"),
    lastNumber("upstream_header", "upstream_header_time"),
  ],
  fields: ACCESS_FIELDS,
};

function lastNumber(source: string, name: string): Stage {
  return {
    kind: "regex",
    source,
    expression: String.raw`^(?:.*[ ,:])?(?P<${name}>\d+(?:\.\d+)?)[^\d]*$`,
  };
}

/** nginx' error log, and what it says before it has opened one. */
export const nginxError: Format = {
  logType: "error",
  matches: [
    String.raw`^(?:nginx: |\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2} )\[(?:debug|info|notice|warn|error|crit|alert|emerg)\] `,
  ],
  stages: (timezone) => [
    {
      kind: "regex",
      expression: String.raw`^(?:nginx:|(?P<time>\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2})) \[(?P<level>\w+)\] `,
    },
    {
      kind: "timestamp",
      source: "time",
      layouts: ["2006/01/02 15:04:05"],
      location: timezone,
    },
  ],
  fields: [],
  level: "extracted",
};
