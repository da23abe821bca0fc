import type { AlertRule } from "../../../configs/rules/rule";
import { casesTogether, type RuleCase } from "../../support/rule-case";
import { type Failure, judge, type Trial } from "../../support/rule-judge";
import { type Mutant, mutantsOf } from "../../support/rule-mutants";
import { metricRules } from "../../support/rule-variants";
import { ALL_CASES } from "./cases/all-cases";

/** A rule that is wrong in one place fails a case: then the cases would have noticed the mistake. */
const MINUTE = 60_000;

/** Changes that no situation can tell from the rule as it is. */
const EQUIVALENT: Readonly<Record<string, string>> = {
  'ApiDown: target="api" → target=~".*", target="api" → target=~".*"':
    "where the page is the one that is down, the right side takes it out again",
  'ProbeMissing: target!~"page|api" → target=~".*", target!~"page|api" → target=~".*"':
    "the site's own two have the same alert with the same labels, which is one alert",
  "Watchdog: 1 → 3": "it fires whatever the value",
  "Watchdog: 1 → 0.3333333333333333": "it fires whatever the value",
};

interface Subject {
  readonly cases: readonly RuleCase[];
  readonly mutants: readonly Mutant[];
  /** The alert's other rules, which stay as they are. */
  readonly others: readonly AlertRule[];
}

/** Of rules that one pattern makes, the first stands for all. */
const subjects: readonly Subject[] = casesTogether(ALL_CASES).flatMap((cases) => {
  const [{ alert, on }] = cases;
  const all = metricRules(on).filter((rule) => rule.alert === alert);
  const firsts = new Map([...all].reverse().map((rule) => [patternOf(rule), rule]));
  return [...firsts.values()].map((first) => ({
    cases,
    others: all.filter((rule) => rule !== first),
    mutants: mutantsOf(first),
  }));
});

/** What is left where the values of labels are taken out. */
function patternOf({ expr }: AlertRule): string {
  return expr.replaceAll(/"[^"]*"/g, '""');
}

const idOf = (index: number) => `Mutant${index}`;

function trialOf({ cases, mutants, others }: Subject): Trial {
  return {
    cases,
    judged: mutants.map(({ rule }, index) => ({ id: idOf(index), rules: [rule, ...others] })),
  };
}

describe("a mistake in the rule of", () => {
  let failures: readonly Failure[];

  beforeAll(async () => {
    failures = await judge(subjects.map(trialOf));
    const count = subjects.reduce((sum, { mutants }) => sum + mutants.length, 0);
    console.log(`${count} changed rules judged by ${ALL_CASES.length} cases`);
  }, 3 * MINUTE);

  it.each(subjects.map((subject) => [titleOf(subject), subject] as const))(
    "%s fails a case of it",
    (_, { cases, mutants }) => {
      const noticed = new Set(
        failures.filter((failure) => cases.includes(failure.case)).map(({ id }) => id),
      );
      const unnoticed = mutants
        .filter((_mutant, index) => !noticed.has(idOf(index)))
        .map(({ change, rule }) => `${rule.alert}: ${change}`)
        .filter((change) => !(change in EQUIVALENT));
      expect(mutants.length).toBeGreaterThan(0);
      expect(unnoticed).toEqual([]);
    },
  );
});

function titleOf({ cases: [first] }: Subject): string {
  return `${first?.alert ?? ""} (${first?.on ?? ""})`;
}
