import { parseDuration } from "../../configs/units";
import type { AlertingRule } from "./loaded-rules";

const DAY_MS = 24 * 3_600_000;
/** Loki answers no more of one series at once than 11,000. */
const STEPS_AT_ONCE = 10_000;
/** Loki refuses to compare with logs that are not kept any more; while it is asked, some more are not. */
const MARGIN_MS = 3_600_000;

/** Of which time rules on logs are judged again, in milliseconds. */
export interface Judgement {
  readonly fromMs: number;
  readonly toMs: number;
  /** How often a rule is evaluated. */
  readonly everyMs: number;
  /** How long logs are kept. */
  readonly retentionMs: number;
}

export interface LogQuery {
  readonly rule: AlertingRule;
  /** Under Loki's address; it answers at each evaluation at which the rule's condition held. */
  readonly path: string;
}

/** What Loki is asked, in parts of a day or less, so that no answer is large. */
export function logQueries(
  rules: readonly AlertingRule[],
  judgement: Judgement,
): readonly (readonly LogQuery[])[] {
  const { everyMs } = judgement;
  const parts = partsOf(judgement, longestWaitMs(rules)).map(({ firstMs, lastMs }) =>
    rules.flatMap((rule) => {
      const startMs = Math.max(firstMs, beginningOf(rule, judgement));
      if (startMs > lastMs) return [];
      const parameters = new URLSearchParams({
        query: rule.expression,
        start: String(startMs / 1000),
        end: String(lastMs / 1000),
        step: String(everyMs / 1000),
      });
      return [{ rule, path: `/loki/api/v1/query_range?${parameters.toString()}` }];
    }),
  );
  return parts.filter((queries) => queries.length > 0);
}

/** What fires at the beginning has waited before it. */
function longestWaitMs(rules: readonly AlertingRule[]): number {
  return Math.max(...rules.map(({ rule }) => rule.forMs));
}

/** A rule that compares with an earlier time begins where that one's logs do. */
function beginningOf({ expression }: AlertingRule, judgement: Judgement): number {
  const { toMs, everyMs, retentionMs } = judgement;
  const offsetMs = longestOffsetMs(expression);
  if (offsetMs === 0) return -Infinity;
  return Math.ceil((toMs - retentionMs + offsetMs + MARGIN_MS) / everyMs) * everyMs;
}

/** How far back a rule looks to compare, `offset 24h0m0s` as Loki writes it; 0 where it does not. */
function longestOffsetMs(expression: string): number {
  const offsets = [...expression.matchAll(/\boffset (\w+)/g)];
  return Math.max(0, ...offsets.map(([, duration = ""]) => parseDuration(duration) ?? 0));
}

interface Part {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Each with the evaluations in it, both ends among them. */
function partsOf({ fromMs, toMs, everyMs }: Judgement, beforeMs: number): readonly Part[] {
  const firstStep = Math.ceil((fromMs - beforeMs) / everyMs);
  const lastStep = Math.floor(toMs / everyMs);
  const steps = Math.min(STEPS_AT_ONCE, Math.max(1, Math.floor(DAY_MS / everyMs)));
  const count = Math.ceil((lastStep - firstStep + 1) / steps);
  return Array.from({ length: count }, (_, index) => ({
    firstMs: (firstStep + index * steps) * everyMs,
    lastMs: Math.min(firstStep + (index + 1) * steps - 1, lastStep) * everyMs,
  }));
}
