import type { LoadedRule } from "./figures";

/** What Prometheus, and Loki's ruler, answer when they are asked for their rules. */
export interface RulesAnswer {
  readonly groups: readonly {
    /** Seconds. */
    readonly interval: number;
    readonly rules: readonly {
      readonly type: string;
      readonly name: string;
      readonly query: string;
      /** Seconds. */
      readonly duration?: number;
      readonly labels?: Readonly<Record<string, string>>;
    }[];
  }[];
}

/** A rule, and what it asks for. */
export interface AlertingRule {
  readonly rule: LoadedRule;
  readonly expression: string;
  /** Those that it gives to its alerts. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The alerting rules of an answer, in its order. */
export function alertingRules(answer: RulesAnswer | undefined): readonly AlertingRule[] {
  return (answer?.groups ?? []).flatMap(({ interval, rules }) =>
    rules
      .filter(({ type }) => type === "alerting")
      .map(({ name, query, duration = 0, labels = {} }) => ({
        rule: {
          alert: name,
          severity: labels.severity ?? "none",
          forMs: duration * 1000,
          everyMs: interval * 1000,
        },
        expression: query,
        labels,
      })),
  );
}
