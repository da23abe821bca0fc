import type { Format } from "./format";
import { oneOfNames } from "./stage";

/** Redis' log. What a signal handler writes has no level, and its time in seconds. */
export const redis: Format = {
  logType: "redis",
  matches: [
    String.raw`^\d+:(?:[XCSM] \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}\.\d{3} [.\-*#] |signal-handler \(\d+\) )`,
  ],
  stages: (timezone) => [
    {
      kind: "regex",
      expression: String.raw`^\d+:[XCSM] (?P<time>\d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}\.\d{3}) (?P<level>[.\-*#]) `,
    },
    { kind: "regex", expression: String.raw`^\d+:signal-handler \((?P<seconds>\d+)\) ` },
    {
      kind: "timestamp",
      source: "time",
      layouts: ["02 Jan 2006 15:04:05.000"],
      location: timezone,
    },
    { kind: "timestamp", source: "seconds", layouts: ["Unix"], location: "UTC" },
    oneOfNames("level", { "#": "warning", "*": "notice", "-": "info", ".": "debug" }),
  ],
  fields: [],
  level: "extracted",
};
