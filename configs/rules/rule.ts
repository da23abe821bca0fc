import { prometheusDuration } from "../units";

/** How loud an alert is. `none` is for Watchdog alone: it never reaches a person. */
export type Severity = "critical" | "warning" | "info" | "none";

/** One alerting rule, as Prometheus reads it (Configuration, "Alerting rules"). */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression must hold; absent means at once. */
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

export interface AlertOptions {
  /** `<What><Problem>`; `docs/runbooks/<name>.md` must exist. */
  readonly name: string;
  readonly expr: string;
  /** @default at once */
  readonly forMs?: number;
  readonly severity: Severity;
  /** One line, readable on a phone: what and where. */
  readonly summary: string;
  /** What was measured against which limit, and what it means for people. */
  readonly description: string;
  /** Labels that the expression does not give, as `absent()` needs them. @default none */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Writes one rule with everything that every alert must carry. */
export function alert(options: AlertOptions): AlertRule {
  return {
    alert: options.name,
    expr: options.expr,
    ...(options.forMs ? { for: prometheusDuration(options.forMs) } : {}),
    labels: { severity: options.severity, ...options.labels },
    annotations: {
      summary: options.summary,
      description: options.description,
      runbook: `docs/runbooks/${options.name}.md`,
    },
  };
}
