import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration, seconds } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { BY_SERVICE, scrapeWindow } from "./window";

const LOKI = 'job="loki"';

/** The log store: whether it takes lines, keeps them, forgets them in time, and judges its rules. */
export function lokiRules(settings: Settings): RuleGroup {
  const usesBucket = settings.logs.storage.kind !== "filesystem";
  return ruleGroup(settings, {
    name: "loki",
    evaluator: "prometheus",
    alerts: [
      lokiDown(settings),
      requestErrors(settings),
      discardedSamples(settings),
      ...(usesBucket ? [objectStoreErrors(settings)] : []),
      flushFailing(settings),
      compactorStalled(settings),
      rulerFailing(settings),
    ],
  });
}

function lokiDown({ alerts }: Settings): AlertOptions {
  return {
    name: "LokiDown",
    expr: `up{${LOKI}} == 0`,
    forMs: alerts.LokiDown.for,
    severity: "critical",
    summary: "Loki does not answer",
    description:
      `Loki has not answered for ${prometheusDuration(alerts.LokiDown.for)}. No logs can be read and no alert ` +
      "on logs fires. Lines wait at the agents meanwhile.",
    dashboard: "monitoring",
  };
}

function requestErrors(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.LokiRequestErrors;
  const rate = (matchers: string) =>
    `sum by (${BY_SERVICE}, route) (rate(loki_request_duration_seconds_count{${matchers}}${scrapeWindow(settings, over)}))`;
  return {
    name: "LokiRequestErrors",
    expr: `${rate(`${LOKI},status_code=~"5.."`)} / ${rate(LOKI)} > ${above}`,
    forMs,
    severity: "critical",
    summary: "Loki fails {{ $value | humanizePercentage }} of the requests to {{ $labels.route }}",
    description:
      `{{ $value | humanizePercentage }} of the requests to {{ $labels.route }} failed in ` +
      `${prometheusDuration(over)} (limit ${percentage(above)}). Logs come late, or cannot be read.`,
    dashboard: "monitoring",
  };
}

function discardedSamples(settings: Settings): AlertOptions {
  const { over, for: forMs } = settings.alerts.LokiDiscardedSamples;
  const discarded = `loki_discarded_samples_total{${LOKI}}${scrapeWindow(settings, over)}`;
  return {
    name: "LokiDiscardedSamples",
    expr: `sum by (${BY_SERVICE}, reason) (increase(${discarded})) > 0`,
    forMs,
    severity: "warning",
    summary: "Loki throws log lines away: {{ $labels.reason }}",
    description:
      `{{ printf "%.0f" $value }} lines were refused in ${prometheusDuration(over)} (limit 0), ` +
      "for the reason {{ $labels.reason }}. They are lost.",
    dashboard: "monitoring",
  };
}

/**
 * Lists and uploads alone, which Loki does every few minutes: it counts a look for an object that is
 * not there as a failure, as at each start.
 */
function objectStoreErrors(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.LokiObjectStoreErrors;
  const rate = (metric: string) =>
    `sum by (${BY_SERVICE}) (rate(loki_objstore_bucket_${metric}_total{${LOKI},operation=~"iter|upload"}${scrapeWindow(settings, over)}))`;
  return {
    name: "LokiObjectStoreErrors",
    expr: `${rate("operation_failures")} / ${rate("operations")} > ${above}`,
    forMs,
    severity: "critical",
    summary: "Loki cannot use its bucket: {{ $value | humanizePercentage }} of operations fail",
    description:
      `{{ $value | humanizePercentage }} of the operations on the bucket failed in ${prometheusDuration(over)} ` +
      `(limit ${percentage(above)}). Logs stay in memory until it is full, and old ones cannot be read.`,
    dashboard: "monitoring",
  };
}

function flushFailing(settings: Settings): AlertOptions {
  const { over, for: forMs } = settings.alerts.LokiFlushFailing;
  const failures = `loki_ingester_chunks_flush_failures_total{${LOKI}}${scrapeWindow(settings, over)}`;
  return {
    name: "LokiFlushFailing",
    expr: `increase(${failures}) > 0`,
    forMs,
    severity: "critical",
    summary: "Loki cannot store log lines",
    description:
      `{{ printf "%.0f" $value }} chunks could not be stored in ${prometheusDuration(over)} (limit 0). ` +
      "They stay in memory and in the write-ahead log, which fill up.",
    dashboard: "monitoring",
  };
}

/** Before the first success since its start the figure is 0; then the start is what counts. */
function compactorStalled({ alerts }: Settings): AlertOptions {
  const { over } = alerts.LokiCompactorStalled;
  const last = `loki_compactor_apply_retention_last_successful_run_timestamp_seconds{${LOKI}}`;
  return {
    name: "LokiCompactorStalled",
    expr: `time() - (${last} > 0 or process_start_time_seconds{${LOKI}}) > ${seconds(over)}`,
    severity: "warning",
    summary: "Loki has not deleted old logs for {{ $value | humanizeDuration }}",
    description:
      `The last clean-up that succeeded was {{ $value | humanizeDuration }} ago (limit ${prometheusDuration(over)}). ` +
      "Logs outlive their retention, and the disk fills.",
    dashboard: "monitoring",
  };
}

/** Failing rules, or a rule file that Loki refuses to load at all. */
function rulerFailing(settings: Settings): AlertOptions {
  const { over, for: forMs } = settings.alerts.LokiRulerFailing;
  const failures = `loki_prometheus_rule_evaluation_failures_total{${LOKI}}${scrapeWindow(settings, over)}`;
  return {
    name: "LokiRulerFailing",
    expr: `increase(${failures}) > 0 or loki_ruler_config_last_reload_successful{${LOKI}} == 0`,
    forMs,
    severity: "critical",
    summary: "Loki cannot evaluate its alert rules",
    description:
      `Rules on log lines failed in the last ${prometheusDuration(over)}, or were refused when they were read. ` +
      "An alert whose rule fails stays silent, whatever is in the logs.",
    dashboard: "monitoring",
  };
}
