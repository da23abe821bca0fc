import type { AlertRule } from "../../configs/rules/rule";
import { toYaml } from "../../configs/yaml";
import { check } from "./checker";
import type { RuleCase } from "./rule-case";

/** A firing alert as it leaves Prometheus: its templates are filled in. */
export interface Message {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The rules of an alert with a case in which it fires. */
export interface Firing {
  readonly rules: readonly AlertRule[];
  readonly case: RuleCase;
}

/**
 * What people would read, one message for each: Prometheus' rule tester is told to expect nothing, and
 * its complaint has the alert in full.
 */
export async function messagesOf(firing: readonly Firing[]): Promise<readonly Message[]> {
  const files: Record<string, string> = {};
  firing.forEach(({ rules, case: ruleCase }, index) => {
    const [time] = Object.keys(ruleCase.firing);
    files[`${index}.rules.yml`] = toYaml({ groups: [{ name: "told", rules }] });
    files[`${index}.test.yml`] = toYaml({
      rule_files: [`${index}.rules.yml`],
      evaluation_interval: ruleCase.evaluated,
      tests: [
        {
          name: `told ${index}`,
          interval: ruleCase.every,
          input_series: Object.entries(ruleCase.series).map(([series, values]) => ({
            series,
            values,
          })),
          alert_rule_test: [{ alertname: ruleCase.alert, eval_time: time }],
        },
      ],
    });
  });
  const { output } = await check({
    image: "prometheus",
    program: "/bin/promtool",
    args: ["test", "rules", ...firing.map((_, index) => `/check/${index}.test.yml`)],
    files,
  });
  return firing.map((_, index) => messageIn(output, index));
}

function messageIn(output: string, index: number): Message {
  const of = new RegExp(`name: told ${index},[^]*?Labels:(.*)\\n\\s+Annotations:(.*)\\n`);
  const [, labels, annotations] = of.exec(output) ?? [];
  if (labels === undefined || annotations === undefined) throw new Error(output);
  return { labels: pairs(labels), annotations: pairs(annotations) };
}

function pairs(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g);
  return Object.fromEntries(
    [...found].map(([, name = "", value = ""]) => [name, JSON.parse(value) as string]),
  );
}
