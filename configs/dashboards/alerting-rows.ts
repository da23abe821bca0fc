import type { Settings } from "../settings/settings";
import type { Row } from "./dashboard";
import { above } from "./limits";
import { bars, timeSeries } from "./panels";
import { metric } from "./query";

/** Messages, and the rules that they come from. */
export function alertingRow({ alerts }: Settings): Row {
  const failed = 'rate(alertmanager_notifications_failed_total{env=~"$env"}[$__rate_interval])';
  const sent = 'rate(alertmanager_notifications_total{env=~"$env"}[$__rate_interval])';
  return {
    title: "Alerting",
    panels: [
      bars({
        title: "Alerts that Alertmanager holds",
        unit: "short",
        width: 8,
        queries: [metric('sum by (state) (alertmanager_alerts{env=~"$env"})', "{{state}}")],
        description: "Those of Prometheus and of Loki, muted ones as suppressed.",
      }),
      timeSeries({
        title: "Share of messages that could not be sent",
        unit: "percentunit",
        width: 8,
        queries: [
          metric(
            `sum by (integration) (${failed}) / (sum by (integration) (${sent}) > 0)`,
            "{{integration}}",
          ),
        ],
        emptyText: "No message in the time range",
        limits: above(alerts.NotificationsFailing.above),
      }),
      timeSeries({
        title: "Evaluations of rules that failed",
        unit: "short",
        width: 8,
        queries: [
          metric(
            'sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total{env=~"$env"}[$__rate_interval]))',
            "Prometheus {{rule_group}}",
          ),
          metric(
            'sum by (rule_group) (increase(loki_prometheus_rule_evaluation_failures_total{env=~"$env"}[$__rate_interval]))',
            "Loki {{rule_group}}",
          ),
        ],
      }),
    ],
  };
}

/** What the store of metrics holds and takes. */
export function prometheusRow({ alerts }: Settings): Row {
  const prometheus = 'env=~"$env",job="prometheus"';
  return {
    title: "Prometheus",
    panels: [
      timeSeries({
        title: "Series in memory",
        unit: "short",
        width: 8,
        queries: [metric(`prometheus_tsdb_head_series{${prometheus}}`, "series")],
      }),
      timeSeries({
        title: "Space taken, of what it may take",
        unit: "percentunit",
        width: 8,
        queries: [
          metric(
            `(prometheus_tsdb_storage_blocks_bytes{${prometheus}} + prometheus_tsdb_wal_storage_size_bytes{${prometheus}}) ` +
              `/ (prometheus_tsdb_retention_limit_bytes{${prometheus}} > 0)`,
            "blocks and log",
          ),
        ],
        description: "When it is full, the oldest metrics go before their time is over.",
        limits: above(alerts.PrometheusNearSizeCap.above),
      }),
      timeSeries({
        title: "Time that queries take (P90)",
        unit: "s",
        width: 8,
        queries: [
          metric(
            `max by (slice) (prometheus_engine_query_duration_seconds{${prometheus},quantile="0.9"})`,
            "{{slice}}",
          ),
        ],
      }),
    ],
  };
}
