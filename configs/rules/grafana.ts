import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { BY_SERVICE, scrapeWindow } from "./window";

const GRAFANA = 'job="grafana"';

/** The pages that people look at. */
export function grafanaRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "grafana",
    evaluator: "prometheus",
    alerts: [grafanaDown(settings), requestsFailing(settings)],
  });
}

function grafanaDown({ alerts, alerting }: Settings): AlertOptions {
  const { for: forMs } = alerts.GrafanaDown;
  const isEngine = alerting.engine === "grafana";
  return {
    name: "GrafanaDown",
    expr: `up{${GRAFANA}} == 0`,
    forMs,
    severity: isEngine ? "critical" : "warning",
    summary: "Grafana does not answer",
    description:
      `Grafana has not answered for ${prometheusDuration(forMs)}. There are no dashboards, and ` +
      (isEngine
        ? "no other alert is judged or told."
        : "nobody watches Alertmanager; alerts and mails go on."),
    dashboard: "monitoring",
  };
}

function requestsFailing(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.GrafanaRequestsFailing;
  const rate = (matchers: string) =>
    `sum by (${BY_SERVICE}) (rate(grafana_http_request_duration_seconds_count{${matchers}}${scrapeWindow(settings, over)}))`;
  return {
    name: "GrafanaRequestsFailing",
    expr: `${rate(`${GRAFANA},status_code=~"5.."`)} / ${rate(GRAFANA)} > ${above}`,
    forMs,
    severity: "warning",
    summary: "Grafana fails {{ $value | humanizePercentage }} of its requests",
    description:
      `{{ $value | humanizePercentage }} of the requests to Grafana failed in ${prometheusDuration(over)} ` +
      `(limit ${percentage(above)}). Dashboards do not load.`,
    dashboard: "monitoring",
  };
}
