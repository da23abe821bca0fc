import { oneOfNames, type Stage } from "./stage";

/** Each spelling of a level that programs use, with ours. Any other is no level: labels stay few. */
const LEVELS = {
  trace: "debug",
  debug: "debug",
  info: "info",
  information: "info",
  notice: "notice",
  warn: "warning",
  warning: "warning",
  err: "error",
  error: "error",
  crit: "critical",
  critical: "critical",
  fatal: "critical",
  panic: "critical",
  alert: "alert",
  emerg: "emergency",
  emergency: "emergency",
} as const;

/** Makes the extracted `level` the label, in one spelling. */
export const levelLabel: readonly Stage[] = [
  oneOfNames("level", LEVELS),
  { kind: "labels", names: ["level"] },
];
