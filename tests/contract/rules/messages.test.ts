import type { RuleCase } from "../../support/rule-case";
import { type Message, messagesOf } from "../../support/rule-messages";
import { metricRules } from "../../support/rule-variants";
import { ALL_CASES } from "./cases/all-cases";

/** What people read, as Prometheus fills it in for an alert that fires. */
const MINUTE = 60_000;

const firing = [
  ...new Map(
    [...ALL_CASES].reverse().flatMap((one) => (one.kind === "fires" ? [[one.alert, one]] : [])),
  ).values(),
].map((ruleCase: RuleCase) => ({
  case: ruleCase,
  rules: metricRules(ruleCase.on).filter(({ alert }) => alert === ruleCase.alert),
}));

let messages: readonly Message[];

beforeAll(async () => {
  messages = await messagesOf(firing);
}, MINUTE);

describe.each(firing.map(({ case: { alert }, rules }, index) => ({ alert, rules, index })))(
  "the message of $alert",
  ({ rules, index }) => {
    const message = () => messages[index] ?? { labels: {}, annotations: {} };

    it("P17: names only labels that the alert has", () => {
      const templates = rules.flatMap(({ annotations }) => Object.values(annotations)).join(" ");
      const named = [...templates.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label ?? "");
      expect(named.filter((label) => !message().labels[label])).toEqual([]);
    });

    it("P30: is filled in, and short enough for a phone", () => {
      const { summary = "", description = "" } = message().annotations;
      expect(`${summary} ${description}`).not.toMatch(/\{\{|%!|<no value>|<error|NaN|Inf| {2}/);
      expect(summary.length).toBeGreaterThan(10);
      expect(summary.length).toBeLessThanOrEqual(120);
      expect(description.length).toBeLessThanOrEqual(400);
      expect(description).toMatch(/\.$/);
    });

    it("has what routing, grouping and inhibition need", () => {
      const { env, severity, host, site } = message().labels;
      expect(env).toBeTruthy();
      expect(severity).toBeTruthy();
      expect(host ?? site).toBeTruthy();
    });
  },
);
