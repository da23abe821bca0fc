import type { Severity } from "../../configs/rules/rule";
import type { AlertName } from "../../configs/thresholds/thresholds";
import type { LogLine } from "./loki-lines";

/** What one rule makes of some lines. */
export interface RuleCase {
  readonly name: string;
  readonly lines: readonly LogLine[];
  /** Whether its expression holds at the case's moment, for the host `app` and no other. */
  readonly fires: boolean;
  /** How long after that moment it must not hold any more. @default not looked at */
  readonly resolvedAfterMs?: number;
}

/** The cases of one rule. Two rules may share a name and differ in severity. */
export interface RuleCases {
  readonly alert: AlertName;
  readonly severity: Severity;
  readonly cases: readonly RuleCase[];
}

export function fires(name: string, lines: readonly LogLine[], resolvedAfterMs?: number): RuleCase {
  return { name, lines, fires: true, ...(resolvedAfterMs ? { resolvedAfterMs } : {}) };
}

export function quiet(name: string, lines: readonly LogLine[]): RuleCase {
  return { name, lines, fires: false };
}

export const nothingLogged = quiet("nothing is logged", []);
