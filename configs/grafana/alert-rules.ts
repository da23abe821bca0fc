import { LOKI, PROMETHEUS, PROMETHEUS_ALONE } from "../dashboards/data-sources";
import type { AlertRule, Evaluator, RuleGroup } from "../rules/rule";
import type { Settings } from "../settings/settings";
import { ALERT_NAMES, type AlertName } from "../thresholds/thresholds";
import { prometheusDuration } from "../units";
import { merged } from "./merged-rule";

/** Grafana's scheduler ticks so often; an interval must be a multiple of it. */
const TICK_MS = 10_000;
const ORGANISATION = 1;
type Source = typeof LOKI | typeof PROMETHEUS | typeof PROMETHEUS_ALONE;
const EXPRESSION = { type: "__expr__", uid: "__expr__" } as const;

/** Our rules as Grafana's own, with what it must delete: a rule that is left out would stay for ever. */
export function grafanaRuleFile(settings: Settings, groups: readonly RuleGroup[]) {
  const rendered = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  const interval = Math.ceil(settings.intervals.evaluation / TICK_MS) * TICK_MS;
  return {
    apiVersion: 1,
    groups: groups.map((group) => ({
      orgId: ORGANISATION,
      name: group.name,
      folder: "Sightline",
      interval: prometheusDuration(interval),
      rules: byName(group.rules).map((rules) =>
        grafanaRule(merged(rules), sourceOf(settings, group.evaluator)),
      ),
    })),
    deleteRules: ALERT_NAMES.filter((name) => !rendered.includes(name)).map((name) => ({
      orgId: ORGANISATION,
      uid: uidOf(name),
    })),
  };
}

/** Titles are alert names, and unique in a folder: rules of one name become one rule. */
function byName(rules: readonly AlertRule[]): readonly (readonly AlertRule[])[] {
  const names = [...new Set(rules.map(({ alert }) => alert))];
  return names.map((name) => rules.filter(({ alert }) => alert === name));
}

function uidOf(name: AlertName): string {
  return `sightline-${name}`;
}

function sourceOf({ metrics }: Settings, evaluator: Evaluator): Source {
  if (evaluator === "loki") return LOKI;
  return metrics.longTerm.enabled ? PROMETHEUS_ALONE : PROMETHEUS;
}

function grafanaRule(rule: AlertRule, source: Source) {
  return {
    uid: uidOf(rule.alert),
    title: rule.alert,
    condition: "B",
    data: [query(rule.expr, source), firesWhereThereIsAValue],
    // An expression that selects nothing is the good case; one that cannot be asked is told.
    noDataState: "OK",
    // The Watchdog must fall silent then: that is what it is for.
    execErrState: rule.alert === "Watchdog" ? "OK" : "Error",
    for: rule.for ?? "0s",
    labels: rule.labels,
    annotations: Object.fromEntries(
      Object.entries(rule.annotations).map(([key, text]) => [key, inGrafana(text)]),
    ),
  };
}

function query(expr: string, datasource: Source) {
  const kind = datasource === LOKI ? { queryType: "instant" } : { instant: true, range: false };
  return {
    refId: "A",
    datasourceUid: datasource.uid,
    // Of no effect on an instant query, but required.
    relativeTimeRange: { from: 600, to: 0 },
    model: { refId: "A", datasource, expr, ...kind },
  };
}

/** As in Prometheus, a series fires by being there, also with the value 0. */
const firesWhereThereIsAValue = {
  refId: "B",
  datasourceUid: EXPRESSION.uid,
  relativeTimeRange: { from: 0, to: 0 },
  model: {
    refId: "B",
    datasource: EXPRESSION,
    type: "math",
    expression: "is_number($A) || is_inf($A)",
  },
};

/** What Prometheus calls `$value` is the value of query A. */
function inGrafana(text: string): string {
  return text.replaceAll(/\$value\b/g, "$$values.A.Value");
}
