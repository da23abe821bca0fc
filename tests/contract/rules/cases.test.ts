import type { AlertName } from "../../../configs/thresholds/thresholds";
import { casesTogether, type Kind, KINDS, type RuleCase } from "../../support/rule-case";
import { type Failure, judge, type Trial } from "../../support/rule-judge";
import { metricRules, VARIANT_NAMES } from "../../support/rule-variants";
import { ALL_CASES } from "./cases/all-cases";

/** Every alert on metrics in both directions, judged by Prometheus' own rule tester. */
const MINUTE = 60_000;

/** Watchdog is the alert that never stops: there is nothing that would keep it quiet. */
const ALWAYS_FIRING: readonly AlertName[] = ["Watchdog"];

const alerts = [
  ...new Set(VARIANT_NAMES.flatMap((variant) => metricRules(variant).map(({ alert }) => alert))),
];

describe("the cases", () => {
  it.each(alerts)("show of %s that it fires, stays quiet, has no data, and resolves", (alert) => {
    const kinds = new Set(ALL_CASES.filter((one) => one.alert === alert).map(({ kind }) => kind));
    const expected: readonly Kind[] = ALWAYS_FIRING.includes(alert)
      ? ["fires", "has no data"]
      : KINDS;
    expect([...kinds].sort()).toEqual([...expected].sort());
  });

  it("are of alerts that are there", () => {
    for (const { alert, on, name } of ALL_CASES) {
      const isThere = metricRules(on).some((rule) => rule.alert === alert);
      expect([alert, on, name, isThere]).toEqual([alert, on, name, true]);
    }
  });

  it("fire where they say so, and are quiet where they say so", () => {
    for (const { kind, firing, alert, name } of ALL_CASES) {
      const counts = Object.values(firing);
      const fits = {
        fires: counts.every((count) => count > 0),
        "stays quiet": counts.every((count) => count === 0),
        "has no data": true,
        resolves: counts[0] === 1 && counts[1] === 0,
      };
      expect([alert, name, fits[kind]]).toEqual([alert, name, true]);
    }
  });
});

/** The rules of an alert as one stack has them, with their cases there. */
function trialOf(cases: readonly [RuleCase, ...RuleCase[]]): Trial {
  const [{ alert, on }] = cases;
  return {
    cases,
    judged: [{ id: alert, rules: metricRules(on).filter((rule) => rule.alert === alert) }],
  };
}

describe("Prometheus' rule tester", () => {
  let failures: readonly Failure[];

  beforeAll(async () => {
    failures = await judge(casesTogether(ALL_CASES).map(trialOf));
  }, MINUTE);

  it.each(
    ALL_CASES.map((one) => [`${one.alert} (${one.on}) ${one.kind}: ${one.name}`, one] as const),
  )("%s", (_, one: RuleCase) => {
    expect(failures.filter((failure) => failure.case === one)).toEqual([]);
  });
});
