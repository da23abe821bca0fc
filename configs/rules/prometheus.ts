import { homeOf } from "../placement";
import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { BY_SERVICE, scrapeWindow } from "./window";

const PROMETHEUS = 'job="prometheus"';

/** Prometheus about itself, as far as one that is ill can still tell. */
export function prometheusRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "prometheus",
    evaluator: "prometheus",
    alerts: [
      reloadFailed(settings),
      ruleFailures(settings),
      noAlertmanager(settings),
      tsdbTrouble(settings),
      notIngesting(settings),
      nearSizeCap(settings),
      ...(settings.discovery.ec2 ? [discoveryFailing(settings)] : []),
    ],
  });
}

function reloadFailed({ alerts }: Settings): AlertOptions {
  return {
    name: "PrometheusReloadFailed",
    expr: `prometheus_config_last_reload_successful{${PROMETHEUS}} == 0`,
    forMs: alerts.PrometheusReloadFailed.for,
    severity: "critical",
    summary: "Prometheus refused its configuration",
    description:
      "Prometheus runs on the configuration of before. What was changed since, alerts among it, is not in force.",
    dashboard: "monitoring",
  };
}

function ruleFailures(settings: Settings): AlertOptions {
  const { over } = settings.alerts.PrometheusRuleFailures;
  const failures = `prometheus_rule_evaluation_failures_total{${PROMETHEUS}}${scrapeWindow(settings, over)}`;
  return {
    name: "PrometheusRuleFailures",
    expr: `increase(${failures}) > 0`,
    severity: "critical",
    summary: "Prometheus cannot evaluate alert rules of {{ $labels.rule_group }}",
    description:
      `{{ printf "%.0f" $value }} evaluations failed in ${prometheusDuration(over)} (limit 0). ` +
      "An alert whose rule fails stays silent, whatever happens.",
    dashboard: "monitoring",
  };
}

/** Some of it can still be sent: the errors may be a share, and one that is gone may come back. */
function noAlertmanager(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.PrometheusNoAlertmanager;
  const rate = (metric: string) =>
    `sum by (${BY_SERVICE}) (rate(prometheus_notifications_${metric}_total{${PROMETHEUS}}${scrapeWindow(settings, over)}))`;
  return {
    name: "PrometheusNoAlertmanager",
    expr:
      `prometheus_notifications_alertmanagers_discovered{${PROMETHEUS}} == 0 ` +
      `or ${rate("errors")} / ${rate("sent")} > ${above}`,
    forMs,
    severity: "critical",
    summary: "Prometheus cannot hand over its alerts",
    description:
      `Prometheus knows no Alertmanager, or more than ${percentage(above)} of the alerts of ` +
      `${prometheusDuration(over)} did not reach it. Nobody is told of them.`,
    dashboard: "monitoring",
  };
}

function tsdbTrouble(settings: Settings): AlertOptions {
  const { over, for: forMs } = settings.alerts.PrometheusTsdbTrouble;
  const increase = (metric: string) =>
    `increase(prometheus_tsdb_${metric}_total{${PROMETHEUS}}${scrapeWindow(settings, over)})`;
  return {
    name: "PrometheusTsdbTrouble",
    expr: `${["wal_corruptions", "compactions_failed", "reloads_failures"].map(increase).join(" + ")} > 0`,
    forMs,
    severity: "warning",
    summary: "Prometheus has trouble with its data",
    description:
      `{{ printf "%.0f" $value }} errors of the data files in ${prometheusDuration(over)} (limit 0). ` +
      "Metrics may be lost, or the disk may fill.",
    dashboard: "monitoring",
  };
}

/** Its own counter of samples would not be stored either, so it is the absence that speaks. */
function notIngesting(settings: Settings): AlertOptions {
  const { alerts, environment } = settings;
  const { for: forMs } = alerts.PrometheusNotIngesting;
  return {
    name: "PrometheusNotIngesting",
    expr: `absent(up{${PROMETHEUS}})`,
    forMs,
    severity: "critical",
    summary: "Prometheus stores no metrics",
    description:
      `Not even its own metrics have been stored for ${prometheusDuration(forMs)}. ` +
      "All alerts on metrics are blind: an outage would go unnoticed.",
    dashboard: "monitoring",
    labels: { env: environment, host: homeOf(settings, "prometheus"), service: "prometheus" },
  };
}

function nearSizeCap({ alerts, metrics }: Settings): AlertOptions {
  const { above, for: forMs } = alerts.PrometheusNearSizeCap;
  const [used, cap] = ["storage_blocks", "retention_limit"].map(
    (metric) => `prometheus_tsdb_${metric}_bytes{${PROMETHEUS}}`,
  );
  return {
    name: "PrometheusNearSizeCap",
    expr: `${used} / ${cap} > ${above}`,
    forMs,
    severity: "info",
    summary: "Prometheus has used {{ $value | humanizePercentage }} of its disk space",
    description:
      `{{ $value | humanizePercentage }} of metrics.retentionSize (${metrics.retentionSize}) is used ` +
      `(limit ${percentage(above)}). At 100% the oldest metrics go before their time.`,
    dashboard: "monitoring",
  };
}

/** What was found before is scraped on, so nothing else would tell. */
function discoveryFailing(settings: Settings): AlertOptions {
  const { over, for: forMs } = settings.alerts.DiscoveryFailing;
  const failures = `prometheus_sd_refresh_failures_total{${PROMETHEUS}}${scrapeWindow(settings, over)}`;
  return {
    name: "DiscoveryFailing",
    expr: `sum by (${BY_SERVICE}, mechanism) (increase(${failures})) > 0`,
    forMs,
    severity: "warning",
    summary: "Prometheus cannot look for machines by {{ $labels.mechanism }}",
    description:
      `For ${prometheusDuration(forMs)}, looks have failed in every ${prometheusDuration(over)} (limit 0). ` +
      "New machines are not watched, and those that ended count as down.",
    dashboard: "monitoring",
  };
}
