import type { AlertRule } from "../../configs/rules/rule";
import type { Files } from "../../configs/service-spec";
import { toYaml } from "../../configs/yaml";
import { check } from "./checker";
import type { RuleCase } from "./rule-case";

/** Rules that are judged by the same cases: those of an alert, or such with one thing changed. */
export interface Judged {
  /** Stands for the alert's name while it is judged: letters and digits. */
  readonly id: string;
  readonly rules: readonly AlertRule[];
}

/** Cases that are evaluated in one rhythm, with everything that is judged by them. */
export interface Trial {
  readonly cases: readonly RuleCase[];
  readonly judged: readonly Judged[];
}

/** A case whose expectation some rules did not meet. */
export interface Failure {
  readonly case: RuleCase;
  readonly id: string;
  readonly at: string;
  /** How many instances fired in truth. */
  readonly got: string;
}

/**
 * Prometheus' own rule tester judges all trials in one go. Every firing alert must carry what routing
 * needs, so one without `env`, `severity` or a place does not count as firing.
 */
export async function judge(trials: readonly Trial[]): Promise<readonly Failure[]> {
  const files: Record<string, string> = {};
  trials.forEach((trial, index) => Object.assign(files, filesOf(trial, index)));
  const tests = trials.map((_, index) => `/check/${index}.test.yml`);
  const { exitCode, output } = await check({
    image: "prometheus",
    program: "/bin/promtool",
    args: ["test", "rules", ...tests],
    files,
  });
  const failures = failuresIn(output, trials);
  const failed = output.match(/FAILED:/g)?.length ?? 0;
  const explained = new Set(failures.map(({ trial }) => trial)).size;
  // A file that cannot be read fails as well, and must not be taken for a rule that differs.
  if ((exitCode === 0) !== (failed === 0) || failed !== explained) throw new Error(output);
  return failures.map(({ failure }) => failure);
}

function filesOf({ cases, judged }: Trial, index: number): Files {
  const rules = judged.flatMap(({ id, rules }) =>
    // The texts would be written anew at every evaluation, and are judged elsewhere.
    rules.map((rule) => ({ ...rule, alert: id, annotations: undefined })),
  );
  const tests = cases.map((ruleCase, at) => ({
    interval: ruleCase.every,
    input_series: Object.entries(ruleCase.series).map(([series, values]) => ({ series, values })),
    promql_expr_test: judged.flatMap(({ id }) => expectations(ruleCase, id, `${index} ${at}`)),
  }));
  return {
    [`${index}.rules.yml`]: toYaml({ groups: [{ name: "judged", rules }] }),
    [`${index}.test.yml`]: toYaml({
      rule_files: [`${index}.rules.yml`],
      evaluation_interval: cases[0]?.evaluated,
      tests,
    }),
  };
}

/** The place of the case is a comment in the query, by which the tester's report is read. */
function expectations({ firing }: RuleCase, id: string, place: string) {
  const complete = (where: string) =>
    `ALERTS{alertname="${id}",alertstate="firing",env!="",severity!="",${where}!=""}`;
  return Object.entries(firing).map(([at, count]) => ({
    expr: `count(${complete("host")} or ${complete("site")}) or vector(0) # ${id} ${place}`,
    eval_time: at,
    exp_samples: [{ labels: "{}", value: count }],
  }));
}

const FAILURE = /# (\w+) (\d+) (\d+)", time: (\S+),\n\s+exp: \{\} \S+\n\s+got: \{\} (\S+)/g;

function failuresIn(output: string, trials: readonly Trial[]) {
  return [...output.matchAll(FAILURE)].flatMap(([, id = "", trial, at, time = "", got = ""]) => {
    const ruleCase = trials[Number(trial)]?.cases[Number(at)];
    return ruleCase ? [{ trial, failure: { case: ruleCase, id, at: time, got } }] : [];
  });
}
