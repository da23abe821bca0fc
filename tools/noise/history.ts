import type { Examined } from "../doctor/check";
import { askPrometheus } from "../doctor/servers";
import type { History } from "./figures";
import { alertingRules, type RulesAnswer } from "./loaded-rules";
import { joined, type Matrix } from "./matrix";

const DAY_MS = 24 * 3_600_000;

/** Everything that fired; as a range it gives each evaluation with its time, and nothing between them. */
const FIRING = 'ALERTS{alertstate="firing"}';

/** How a history is read. */
export interface Reading {
  readonly signal: AbortSignal;
  /** Takes a line about how far it is. */
  readonly report: (line: string) => void;
}

/**
 * What the Prometheus of a stack remembers of its alerts, asked day by day so that no answer is large.
 *
 * @param fromMs and `toMs`: Unix milliseconds
 * @throws CannotAsk where the stack is not deployed, or a query is refused
 */
export async function readHistory(
  examined: Examined,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { signal, report }: Reading,
): Promise<History> {
  const [rules] = await askPrometheus<RulesAnswer>(examined, ["/api/v1/rules?type=alert"], signal);
  const days = daysIn(fromMs, toMs);
  const answers: Matrix[] = [];
  for (const [index, day] of days.entries()) {
    report(`reading day ${index + 1} of ${days.length} …`);
    answers.push(...(await askPrometheus<Matrix>(examined, [pathOf(day)], signal)));
  }
  return {
    fromMs,
    toMs,
    everyMs: examined.settings.intervals.evaluation,
    rules: alertingRules(rules).map(({ rule }) => rule),
    series: joined(answers).map(({ labels, atMs }) => ({ labels, firingAtMs: atMs })),
  };
}

interface Day {
  readonly fromMs: number;
  readonly toMs: number;
}

function daysIn(fromMs: number, toMs: number): readonly Day[] {
  const count = Math.ceil((toMs - fromMs) / DAY_MS);
  return Array.from({ length: count }, (_, index) => ({
    fromMs: fromMs + index * DAY_MS,
    toMs: Math.min(fromMs + (index + 1) * DAY_MS, toMs),
  }));
}

/** A range has its end and not its beginning, so no evaluation is in two days. */
function pathOf({ fromMs, toMs }: Day): string {
  const query = `${FIRING}[${toMs - fromMs}ms]`;
  return `/api/v1/query?${new URLSearchParams({ query, time: String(toMs / 1000) }).toString()}`;
}
