import { homeOf } from "../placement";
import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { BY_SERVICE, scrapeWindow } from "./window";

const ALERTMANAGER = 'job="alertmanager"';

/** What Alertmanager can still report of itself; failing mail travels by the second channel. */
export function alertmanagerRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "alertmanager",
    evaluator: "prometheus",
    alerts: [notificationsFailing(settings), reloadFailed(settings)],
  });
}

/**
 * What cannot travel through Alertmanager, for the second watcher. Not among Prometheus' own rules:
 * it would only be told when it is over.
 */
export function secondWatcherRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "second-watcher",
    evaluator: "prometheus",
    alerts: [alertmanagerDown(settings), notificationsFailing(settings)],
  });
}

/** Failed means given up: what succeeds at a later try is not counted. */
function notificationsFailing(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.NotificationsFailing;
  const rate = (metric: string) =>
    `sum by (${BY_SERVICE}, integration) (rate(alertmanager_${metric}_total{${ALERTMANAGER}}${scrapeWindow(settings, over)}))`;
  return {
    name: "NotificationsFailing",
    expr: `${rate("notifications_failed")} / ${rate("notifications")} > ${above}`,
    forMs,
    severity: "critical",
    summary: "Alerts by {{ $labels.integration }} are not delivered",
    description:
      `{{ $value | humanizePercentage }} of the messages by {{ $labels.integration }} failed in ` +
      `${prometheusDuration(over)} (limit ${percentage(above)}). Whoever relies on them is not told.`,
    dashboard: "monitoring",
  };
}

function reloadFailed({ alerts }: Settings): AlertOptions {
  return {
    name: "AlertmanagerReloadFailed",
    expr: `alertmanager_config_last_reload_successful{${ALERTMANAGER}} == 0`,
    forMs: alerts.AlertmanagerReloadFailed.for,
    severity: "critical",
    summary: "Alertmanager refused its configuration",
    description:
      "Alertmanager runs on the configuration of before. Who is told, and how, is not what the settings say.",
    dashboard: "monitoring",
  };
}

/** Also where it is not scraped any more: then `up` is not 0 but absent. */
function alertmanagerDown(settings: Settings): AlertOptions {
  const { alerts, environment } = settings;
  const { for: forMs } = alerts.AlertmanagerDown;
  return {
    name: "AlertmanagerDown",
    expr: `up{${ALERTMANAGER}} == 0 or absent(up{${ALERTMANAGER}})`,
    forMs,
    severity: "critical",
    summary: "Alertmanager does not answer",
    description:
      `Alertmanager has not answered for ${prometheusDuration(forMs)}. ` +
      "No alert of Prometheus or Loki reaches anybody.",
    dashboard: "monitoring",
    labels: { env: environment, host: homeOf(settings, "alertmanager"), service: "alertmanager" },
  };
}
