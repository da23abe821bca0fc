import { z } from "zod";

import { hold, time } from "../../thresholds/parameters";
import { group, integer, oneOf, pattern, ruleAndFix, text } from "../fields";
import { timeZone } from "../time-zone";

/** The loudness from which a channel is told; what is quieter only stands on dashboards. */
const leastSeverity = () => oneOf(["critical", "warning", "info"]).prefault("warning");

const clock = (value: string) =>
  pattern(
    /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
    "must be a time of day from 00:00 to 24:00",
    value,
  ).prefault(value);

const DAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Day = (typeof DAYS)[number];

const daysExample = 'for example ["saturday", "sunday"]';

/** Negative numbers are groups and channels. Zero is what Alertmanager takes for none. */
const chatId = integer({ min: -(10 ** 15), max: 10 ** 15, example: -1001234567890 }).refine(
  (id) => id !== 0,
  ruleAndFix("must be the number of a Telegram chat, not 0", "for example -1001234567890"),
);

/** How alerts travel besides mail, how they are grouped, and who judges the rules. */
export const alerting = group({
  engine: oneOf(["alertmanager", "grafana"]).prefault("alertmanager"),
  /** Where the runbooks are read, without a slash at the end. */
  runbookUrl: text({
    rule: "must be a folder or an absolute URL without a slash at the end",
    example: "https://your-git-server/your-team/sightline/docs/runbooks",
    read: (value) => (value === "" || value.endsWith("/") ? undefined : value),
  }).prefault("docs/runbooks"),
  /** Of the times in messages, and of the quiet hours. */
  timezone: timeZone("Europe/Berlin").prefault("UTC"),
  slack: group({
    channel: pattern(/^[#@]?[^\s#@]+$/, "must be a Slack channel", "#alerts"),
  }).optional(),
  telegram: group({ chatId }).optional(),
  webhook: group({
    /** Most alerts in one call; 0 is no limit. */
    maxAlerts: integer({ min: 0, max: 10_000, example: 100 }).prefault(0),
  }).optional(),
  /** A service outside that alarms when it stops hearing the Watchdog. */
  deadMansSwitch: group({ repeatEvery: time("1m") }).optional(),
  /** Travels the news that mail fails. @default the first that is configured */
  secondChannel: oneOf(["slack", "telegram", "webhook"]).optional(),
  leastSeverity: group({
    mail: leastSeverity(),
    slack: leastSeverity(),
    telegram: leastSeverity(),
    webhook: leastSeverity(),
  }).prefault({}),
  grouping: group({
    criticalWait: hold("5s"),
    criticalInterval: time("30s"),
    criticalRepeat: time("4h"),
    wait: hold("30s"),
    interval: time("1m"),
    repeat: time("24h"),
  }).prefault({}),
  /** Warnings wait until it is over; critical alerts never do. */
  quietHours: group({
    from: clock("22:00"),
    to: clock("07:00"),
    /** Days on which they begin. @default every day */
    days: z
      .array(oneOf(DAYS), { error: ruleAndFix("must be a list of days", daysExample) })
      .min(1, ruleAndFix("must name at least one day", daysExample))
      .optional(),
  }).optional(),
});
