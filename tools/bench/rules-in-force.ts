import { waitFor } from "../lib/wait";

const PATIENCE = { deadlineMs: 120_000, everyMs: 50 };

/** Expression of an alert as a Prometheus has loaded it. @throws Error where it has no such alert */
export async function loadedRule(origin: string, alert: string): Promise<string> {
  const answer = await fetch(`${origin}/api/v1/rules?type=alert`, {
    signal: AbortSignal.timeout(5_000),
  });
  const { data } = (await answer.json()) as {
    readonly data: { groups: { rules: { name: string; query: string }[] }[] };
  };
  const rule = data.groups.flatMap(({ rules }) => rules).find(({ name }) => name === alert);
  if (!rule) throw new Error(`${origin} has no alert ${alert}`);
  return rule.query;
}

/** Waits until an alert's expression is another one. @returns milliseconds since 1970 */
export async function untilRuleChanges(
  origin: string,
  alert: string,
  before: string,
): Promise<number> {
  await waitFor(
    { what: `${alert} is no longer ${before}`, ...PATIENCE },
    () => loadedRule(origin, alert),
    (query) => query !== before,
  );
  return Date.now();
}
