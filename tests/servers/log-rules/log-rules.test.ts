import { logRuleGroups } from "../../../configs/rules/log-rules";
import type { AlertRule } from "../../../configs/rules/rule";
import { devSettings, withBrowsers } from "../../support/fixtures";
import type { RuleCase, RuleCases } from "../../support/loki-cases";
import { MINUTE } from "../../support/loki-lines";
import { mutantsOf } from "../../support/loki-mutants";
import { LokiServer, type PushedLine } from "../../support/loki-server";
import { applicationCases } from "./application-cases";
import { browserCases } from "./browser-cases";
import { celeryCases } from "./celery-cases";
import { httpCases } from "./http-cases";
import { latencyCases } from "./latency-cases";
import { nginxCases } from "./nginx-cases";
import { redisCases } from "./redis-cases";
import { trafficCases } from "./traffic-cases";

/**
 * The rules on logs, judged by a real Loki over lines that should and should not fire them, and then
 * each rule with every single mistake put into it: some case must notice.
 */
const RULE_CASES: readonly RuleCases[] = [
  ...httpCases,
  ...latencyCases,
  ...trafficCases,
  ...nginxCases,
  ...applicationCases,
  ...celeryCases,
  ...redisCases,
  ...browserCases,
];

/** A case in an environment of its own, so that none sees the lines of another. */
interface PlacedCase extends RuleCase {
  readonly env: string;
  readonly rule: AlertRule;
}

function ruleOf(env: string, { alert, severity }: RuleCases): AlertRule {
  const settings = withBrowsers(devSettings({ environment: env }));
  const rules = logRuleGroups(settings).flatMap((group) => group.rules);
  const found = rules.find((rule) => rule.alert === alert && rule.labels.severity === severity);
  if (!found) throw new Error(`no rule ${alert} of severity ${severity}`);
  return found;
}

const placed: readonly (readonly [string, readonly PlacedCase[]])[] = RULE_CASES.map(
  (ruleCases, ruleIndex) => [
    `${ruleCases.alert} (${ruleCases.severity})`,
    ruleCases.cases.map((ruleCase, index) => {
      const env = `r${ruleIndex}c${index}`;
      return { ...ruleCase, env, rule: ruleOf(env, ruleCases) };
    }),
  ],
);
const eachCase = placed.flatMap(([rule, cases]) =>
  cases.map((placedCase) => ({ rule, name: placedCase.name, placedCase })),
);

/** The moment that all cases are about. Some go on for a while after it, and Loki takes no future. */
const MOMENT = Date.now() - 20 * MINUTE;

let loki: LokiServer;

beforeAll(async () => {
  loki = await LokiServer.start({ settings: devSettings() });
  for (const { placedCase } of eachCase) await loki.push(linesOf(placedCase));
  // Yesterday's lines are looked for in the store.
  await loki.flush();
}, 3 * MINUTE);

afterAll(async () => {
  await loki.stop();
}, MINUTE);

function linesOf({ env, lines }: PlacedCase): readonly PushedLine[] {
  return lines.map(({ labels, fields, text, ageMs }) => ({
    labels: { env, ...labels },
    fields,
    text,
    atMs: MOMENT - ageMs,
  }));
}

/** The environments and hosts for which an expression holds, some time after the moment. */
async function firing(expr: string, afterMs = 0): Promise<readonly string[]> {
  const samples = await loki.query(expr, MOMENT + afterMs);
  return samples.map(({ labels }) => `${labels.env ?? "?"}/${labels.host ?? "?"}`);
}

test("every rule on logs has cases that fire, stay quiet, resolve and have no data", () => {
  const groups = logRuleGroups(withBrowsers(devSettings()));
  const rules = groups.flatMap((group) =>
    group.rules.map(({ alert, labels }) => `${alert} (${labels.severity ?? ""})`),
  );
  const complete = RULE_CASES.filter(
    ({ cases }) =>
      cases.some(({ fires, resolvedAfterMs }) => fires && resolvedAfterMs !== undefined) &&
      cases.some(({ fires, lines }) => !fires && lines.length > 0) &&
      cases.some(({ lines }) => lines.length === 0),
  );
  expect(complete.map(({ alert, severity }) => `${alert} (${severity})`).sort()).toEqual(
    rules.sort(),
  );
});

test.each(eachCase)("$rule: $name", async ({ placedCase }) => {
  const { env, rule, fires, resolvedAfterMs } = placedCase;
  expect(await firing(rule.expr)).toEqual(fires ? [`${env}/app`] : []);
  if (resolvedAfterMs !== undefined) {
    expect(await firing(rule.expr, resolvedAfterMs)).toEqual([]);
  }
});

test.each(placed)(
  "%s: no single mistake in it goes unnoticed",
  async (_, cases) => {
    const mutants = cases.map(({ rule }) => mutantsOf(rule.expr));
    const changes = (mutants[0] ?? []).map(({ change }) => change);
    const noticed = await Promise.all(
      changes.map(async (_change, index) => {
        for (const [caseIndex, placedCase] of cases.entries()) {
          if (await isNoticed(placedCase, mutants[caseIndex]?.[index]?.expr ?? "")) return true;
        }
        return false;
      }),
    );
    expect(changes.length).toBeGreaterThan(5);
    expect(changes.filter((_change, index) => !noticed[index])).toEqual([]);
  },
  MINUTE,
);

/** True where the wrong expression says something else of a case than the right one. */
async function isNoticed(placedCase: PlacedCase, expr: string): Promise<boolean> {
  const { env, fires, resolvedAfterMs } = placedCase;
  const expected = fires ? [`${env}/app`] : [];
  if (String(await firing(expr)) !== String(expected)) return true;
  return resolvedAfterMs !== undefined && (await firing(expr, resolvedAfterMs)).length > 0;
}
