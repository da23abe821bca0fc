import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { scrapeWindow } from "./window";

const QUEUE = 'job="prometheus"';

/** Whether the other store has what Prometheus sends to it. */
export function remoteWriteRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "remote-write",
    evaluator: "prometheus",
    alerts: settings.metrics.remoteWrite ? [behind(settings), refused(settings)] : [],
  });
}

/** What the store does not answer, or answers with 5xx or 429, is tried again. */
function behind({ alerts }: Settings): AlertOptions {
  const { above, for: forMs } = alerts.RemoteWriteBehind;
  const newest = (sent: "" | "sent_") =>
    `prometheus_remote_storage_queue_highest_${sent}timestamp_seconds{${QUEUE}}`;
  return {
    name: "RemoteWriteBehind",
    expr: `${newest("")} - ${newest("sent_")} > ${above / 1_000}`,
    forMs,
    severity: "warning",
    summary: "The other metrics store is behind",
    description:
      `What was measured in the last ${prometheusDuration(above)} or longer has not reached it. ` +
      "Prometheus tries again for about two hours; what is older then is never sent.",
    dashboard: "monitoring",
  };
}

/** Any other answer of 4xx: Prometheus does not send it a second time. */
function refused(settings: Settings): AlertOptions {
  const { over } = settings.alerts.RemoteWriteRefused;
  const failed = `prometheus_remote_storage_samples_failed_total{${QUEUE}}${scrapeWindow(settings, over)}`;
  return {
    name: "RemoteWriteRefused",
    expr: `increase(${failed}) > 0`,
    severity: "warning",
    summary: "The other metrics store refuses samples",
    description:
      `It refused {{ printf "%.0f" $value }} in ${prometheusDuration(over)} (limit 0), a wrong password among the causes. ` +
      "They are not sent again, and stay here alone.",
    dashboard: "monitoring",
  };
}
