import { DURATION_TEXT, parseDuration } from "../../units";
import { group, ruleAndFix, text } from "../fields";
import { googleProject, httpUrl, recipients } from "../formats";

/** What Google offers. */
const INTERVALS = ["1m", "5m", "10m", "15m"] as const;

const interval = text({
  rule: `must be one of ${INTERVALS.join(", ")}: Google offers no other`,
  example: "5m",
  shape: DURATION_TEXT,
  read: (value) => {
    const milliseconds = parseDuration(value);
    return INTERVALS.some((known) => parseDuration(known) === milliseconds)
      ? milliseconds
      : undefined;
  },
});

/** Somebody outside who notices that monitoring itself is gone: Google's uptime check. */
export const outsideWatch = group({
  project: googleProject,
  to: recipients.refine((addresses) => new Set(addresses).size === addresses.length, {
    error: ruleAndFix("must have each address once", "remove the second"),
  }),
  every: interval.prefault("1m"),
  url: httpUrl("https://monitoring.your-domain.org/").optional(),
});
