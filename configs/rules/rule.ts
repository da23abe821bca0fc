import { pageUrl } from "../pages";
import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import { prometheusDuration } from "../units";

/** How loud an alert is. `none` is for Watchdog alone: it never reaches a person. */
export type Severity = "critical" | "warning" | "info" | "none";

/** Who evaluates a group: Prometheus over metrics, or Loki's ruler over logs. */
export type Evaluator = "prometheus" | "loki";

/** The dashboard that shows what an alert is about, by the end of its uid (`sightline-uptime`). */
export type DashboardName =
  "uptime" | "performance" | "logs" | "frontend" | "resources" | "slo" | "monitoring" | "security";

/** One alerting rule, as Prometheus and Loki's ruler read it (Configuration, "Alerting rules"). */
export interface AlertRule {
  readonly alert: AlertName;
  readonly expr: string;
  /** How long the expression must hold; absent means at once. */
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  /** Name of the group and of its file. */
  readonly name: string;
  readonly evaluator: Evaluator;
  readonly rules: readonly AlertRule[];
}

export interface AlertOptions {
  /** A name of the threshold tables; `docs/runbooks/<name>.md` must exist. */
  readonly name: AlertName;
  readonly expr: string;
  /** @default at once */
  readonly forMs?: number;
  readonly severity: Severity;
  /** One line, readable on a phone: what and where. */
  readonly summary: string;
  /** What was measured against which limit, and what it means for people. */
  readonly description: string;
  readonly dashboard: DashboardName;
  /** Labels that the expression does not give, as `absent()` needs them. @default none */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Rules on one topic, written with everything that every alert must carry. */
export function ruleGroup(
  settings: Settings,
  group: {
    readonly name: string;
    readonly evaluator: Evaluator;
    readonly alerts: readonly AlertOptions[];
  },
): RuleGroup {
  const { name, evaluator, alerts } = group;
  const enabled = alerts.filter((options) => settings.alerts[options.name].enabled);
  return { name, evaluator, rules: enabled.map((options) => alertRule(settings, options)) };
}

function alertRule(settings: Settings, options: AlertOptions): AlertRule {
  return {
    alert: options.name,
    expr: options.expr,
    ...(options.forMs ? { for: prometheusDuration(options.forMs) } : {}),
    labels: { severity: options.severity, ...options.labels },
    annotations: {
      summary: options.summary,
      description: options.description,
      runbook_url: `${settings.alerting.runbookUrl}/${options.name}.md`,
      dashboard_url: dashboardUrl(settings, options.dashboard),
    },
  };
}

/** Where a person opens the dashboard. */
function dashboardUrl(settings: Settings, dashboard: DashboardName): string {
  return `${pageUrl(settings, "grafana")}/d/${uidOf(dashboard)}`;
}

/** A dashboard's uid in Grafana. */
export function uidOf(dashboard: DashboardName): string {
  return `sightline-${dashboard}`;
}
