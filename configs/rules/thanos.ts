import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { BY_SERVICE, scrapeWindow } from "./window";

const THANOS = 'job="thanos"';

/** Long-term metrics: whether they reach the bucket, and are looked after there. */
export function thanosRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "thanos",
    evaluator: "prometheus",
    alerts: [uploadFailing(settings), compactorHalted(settings)],
  });
}

/** The sidecar tries every half a minute, and counts a failure only where there is something to upload. */
function uploadFailing(settings: Settings): AlertOptions {
  const { over, for: forMs } = settings.alerts.ThanosUploadFailing;
  const failures = `thanos_shipper_dir_sync_failures_total{${THANOS}}${scrapeWindow(settings, over)}`;
  return {
    name: "ThanosUploadFailing",
    expr: `sum by (${BY_SERVICE}) (increase(${failures})) > 0`,
    forMs,
    severity: "warning",
    summary: "Metrics do not reach the bucket",
    description:
      `For ${prometheusDuration(forMs)}, uploads have failed in every ${prometheusDuration(over)} (limit 0). ` +
      `Prometheus keeps what waits for ${prometheusDuration(settings.metrics.retention)}; then it is lost.`,
    dashboard: "monitoring",
  };
}

function compactorHalted({ alerts }: Settings): AlertOptions {
  return {
    name: "ThanosCompactorHalted",
    expr: `thanos_compact_halted{${THANOS}} == 1`,
    forMs: alerts.ThanosCompactorHalted.for,
    severity: "warning",
    summary: "The compactor of long-term metrics has stopped",
    description:
      "It found blocks in the bucket that it cannot join without doing harm, and waits for somebody to look. " +
      "Nothing is thinned out or deleted meanwhile: the bucket grows, and long queries become slow.",
    dashboard: "monitoring",
  };
}
