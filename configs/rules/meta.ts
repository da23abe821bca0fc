import { targetDownAlerts } from "../exporters/exporters";
import { homeOf } from "../placement";
import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import { prometheusDuration } from "../units";
import { APPLICATION_JOB } from "./application";
import { GATEWAY_JOB } from "./gateway";
import { PROBE_JOB } from "./probes";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";

/** Jobs whose silence is told by an alert of their own, unless that is switched off. */
const OWN_ALERTS: Readonly<Record<string, AlertName>> = {
  alertmanager: "AlertmanagerDown",
  [APPLICATION_JOB]: "AppTargetDown",
  // That the prober answers says nothing of the site.
  [PROBE_JOB]: "ProbeMissing",
  [GATEWAY_JOB]: "GatewayDown",
  grafana: "GrafanaDown",
  loki: "LokiDown",
  "node-exporter": "NodeDown",
};

/** Monitoring watching itself. */
export function metaRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "meta",
    evaluator: "prometheus",
    alerts: [watchdog(settings), targetDown(settings)],
  });
}

function watchdog(settings: Settings): AlertOptions {
  return {
    name: "Watchdog",
    expr: "vector(1)",
    severity: "none",
    summary: "Alerting works",
    description: "Always firing. A receiver that stops hearing it knows that alerting is broken.",
    dashboard: "monitoring",
    labels: { env: settings.environment, host: homeOf(settings, "prometheus") },
  };
}

function targetDown(settings: Settings): AlertOptions {
  const { alerts, gateway } = settings;
  const { for: forMs } = alerts.TargetDown;
  const elsewhere = Object.entries({ ...OWN_ALERTS, ...targetDownAlerts(settings) })
    .filter(([job, alert]) => alerts[alert].enabled && (job !== GATEWAY_JOB || gateway.enabled))
    .map(([job]) => job);
  return {
    name: "TargetDown",
    expr: `up{job!~"${elsewhere.join("|")}"} == 0`,
    forMs,
    severity: "warning",
    summary: "{{ $labels.job }} on the {{ $labels.host }} host does not answer",
    description:
      `Prometheus has not been able to read the metrics of {{ $labels.service }} ({{ $labels.instance }}) for ` +
      `${prometheusDuration(forMs)}. What it measures is not being watched.`,
    dashboard: "monitoring",
  };
}
