import type { Format } from "./format";
import type { Stage } from "./stage";

const TIME = String.raw`(?:[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))`;
const PROGRAM = String.raw`[\w./-]+`;
const LINE = String.raw`^${TIME} \S+ ${PROGRAM}(?:\[\d+\])?: `;

function syslogStages(timezone: string): readonly Stage[] {
  return [
    {
      kind: "regex",
      expression: String.raw`^(?P<time>${TIME}) \S+ (?P<program>${PROGRAM})(?:\[\d+\])?: `,
    },
    {
      kind: "timestamp",
      source: "time",
      // The older form names no year: the agent takes the current one.
      layouts: ["2006-01-02T15:04:05Z07:00", "Jan _2 15:04:05"],
      location: timezone,
    },
  ];
}

/** The system log, in the old form of RFC 3164 and with ISO times as newer systems write it. */
export const syslog: Format = {
  logType: "syslog",
  matches: [LINE],
  stages: syslogStages,
  fields: ["program"],
};

const ADDRESS = String.raw`(?P<client_ip>[0-9a-fA-F.:]+)`;

/** The log of logins. What sshd says of one becomes an event; newer versions call it sshd-session. */
export const auth: Format = {
  logType: "auth",
  matches: [LINE],
  stages: (timezone) => [
    ...syslogStages(timezone),
    {
      kind: "regex",
      expression: String.raw` sshd(?:-session)?\[\d+\]: (?P<event>Accepted) \S+ for (?P<user>\S+) from ${ADDRESS} port `,
    },
    {
      kind: "regex",
      expression: String.raw` sshd(?:-session)?\[\d+\]: (?:message repeated \d+ times: \[ )?(?P<event>Failed) \S+ for (?:invalid user )?(?P<user>\S*) from ${ADDRESS} port `,
    },
    // All there is to see of a wrong key: sshd counts it as no failure at its usual log level.
    {
      kind: "regex",
      expression: String.raw` sshd(?:-session)?\[\d+\]: (?P<event>Connection closed|Connection reset) by (?:authenticating|invalid) user (?P<user>\S*) ${ADDRESS} port `,
    },
    {
      kind: "template",
      source: "event",
      template:
        '{{ if .Value }}login_{{ if eq .Value "Accepted" }}succeeded{{ else }}failed{{ end }}{{ end }}',
    },
    {
      kind: "template",
      source: "service",
      template: '{{ if eq .program "sshd" "sshd-session" }}sshd{{ else }}system{{ end }}',
    },
  ],
  fields: ["program", "event", "user", "client_ip"],
  serviceStages: [{ kind: "labels", names: ["service"] }],
};
