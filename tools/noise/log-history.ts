import { CannotAsk } from "../doctor/cannot-ask";
import type { Examined } from "../doctor/check";
import { askLoki } from "../doctor/servers";
import { firstAfter } from "./episodes";
import { type FiringSeries, type History, judgedAt } from "./figures";
import type { Reading } from "./history";
import { type AlertingRule, alertingRules, type RulesAnswer } from "./loaded-rules";
import { type LogQuery, logQueries } from "./log-queries";
import { joined, type Matrix } from "./matrix";

/**
 * A history with the alerts on logs in it. Loki keeps no record of them, so its rules as they are now are
 * judged again, over the logs that are kept, at the times of their evaluations.
 *
 * @param history what Prometheus remembers: where it did not judge, nobody is taken to have judged
 * @returns with the reason, where Loki cannot be asked
 */
export async function withLogAlerts(
  examined: Examined,
  history: History,
  reading: Reading,
): Promise<History> {
  try {
    const path = "/prometheus/api/v1/rules";
    const [answer] = await askLoki<RulesAnswer>(examined, [path], reading.signal);
    const rules = alertingRules(answer);
    return rules.length === 0 ? history : await judgedAgain(examined, rules, { history, reading });
  } catch (error) {
    if (!(error instanceof CannotAsk)) throw error;
    return { ...history, logs: { unknown: error.message } };
  }
}

async function judgedAgain(
  examined: Examined,
  rules: readonly AlertingRule[],
  { history, reading }: { readonly history: History; readonly reading: Reading },
): Promise<History> {
  const { logs, intervals } = examined.settings;
  const { toMs } = history;
  const fromMs = Math.max(history.fromMs, toMs - logs.retention);
  const everyMs = intervals.evaluation;
  const queries = logQueries(rules, { fromMs, toMs, everyMs, retentionMs: logs.retention });
  const answers = await answersTo(examined, queries, reading);
  const wasJudged = judgedIn(history, everyMs);
  const fired = [...answers].flatMap(([{ rule, labels }, matrices]) =>
    joined(matrices).map(({ labels: own, atMs }): FiringSeries => {
      const firing = firingAt(atMs.filter(wasJudged), { forMs: rule.forMs, everyMs });
      return {
        labels: { ...own, ...labels, alertname: rule.alert },
        firingAtMs: firing.filter((ms) => ms >= fromMs),
      };
    }),
  );
  return {
    ...history,
    rules: [...history.rules, ...rules.map(({ rule }) => rule)],
    series: [...history.series, ...fired.filter(({ firingAtMs }) => firingAtMs.length > 0)],
    logs: { fromMs },
  };
}

/** What Loki answers of each rule, part by part. */
async function answersTo(
  examined: Examined,
  parts: readonly (readonly LogQuery[])[],
  { signal, report }: Reading,
): Promise<ReadonlyMap<AlertingRule, readonly Matrix[]>> {
  const found = new Map<AlertingRule, readonly Matrix[]>();
  for (const [index, queries] of parts.entries()) {
    report(`judging the rules on logs again, ${index + 1} of ${parts.length} …`);
    const paths = queries.map(({ path }) => path);
    const answers = await askLoki<Matrix>(examined, paths, signal);
    for (const [number, { rule }] of queries.entries()) {
      found.set(rule, [...(found.get(rule) ?? []), ...answers.slice(number, number + 1)]);
    }
  }
  return found;
}

/**
 * When an alert fires, as servers judge it: from the evaluation on at which its condition has held for as
 * long as the rule waits, at each evaluation between.
 *
 * @param heldAtMs evaluations at which its condition held, in order
 */
export function firingAt(
  heldAtMs: readonly number[],
  { forMs, everyMs }: { readonly forMs: number; readonly everyMs: number },
): readonly number[] {
  let [sinceMs, beforeMs] = [0, -Infinity];
  return heldAtMs.filter((ms) => {
    if (ms - beforeMs > everyMs) sinceMs = ms;
    beforeMs = ms;
    return ms - sinceMs >= forMs;
  });
}

/** Whether rules were judged at a time; what lies before the history is taken to have been. */
function judgedIn(history: History, everyMs: number): (ms: number) => boolean {
  const timesMs = judgedAt(history);
  if (!timesMs) return () => true;
  return (ms) =>
    ms < history.fromMs || firstAfter(timesMs, ms) > firstAfter(timesMs, ms - 2 * everyMs);
}
