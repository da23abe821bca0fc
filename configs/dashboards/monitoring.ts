import { GATEWAY } from "../rules/gateway";
import type { Settings } from "../settings/settings";
import { seconds } from "../units";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { above, below } from "./limits";
import { logStoreRow, pipelineRow } from "./log-store";
import { bars, logLines, stat, timeSeries } from "./panels";
import { metric } from "./query";
import { environment, host, service } from "./variables";

/** Series of the chosen containers of ours. */
export const OWN = 'env=~"$env",host=~"$host",service=~"$service"';

/** Does the monitoring itself work? */
export function monitoringDashboard(settings: Settings): Dashboard {
  return dashboardOf(settings, {
    name: "monitoring",
    title: "Monitoring itself",
    description: "Does the monitoring itself work?",
    variables: [environment(), host(), service()],
    rows: [
      targetsRow(settings),
      alertingRow(settings),
      metricsRow(settings),
      logStoreRow(settings),
      pipelineRow(settings),
      ...gatewayRows(settings),
      {
        title: "Logs",
        panels: [
          logLines({
            title: "What our containers complain of",
            expr: '{job="docker",env=~"$env",host=~"$host",service=~"$service"} |~ "(?i)level=(warn|error)"',
          }),
        ],
      },
    ],
  });
}

function targetsRow({ intervals }: Settings): Row {
  return {
    title: "What is watched",
    panels: [
      stat({
        title: "Targets that answer",
        unit: "percentunit",
        width: 6,
        queries: [metric(`avg(up{${OWN}})`, "answer")],
        limits: below(1),
      }),
      stat({
        title: "Alerts that fire",
        unit: "short",
        width: 6,
        queries: [metric('sum(ALERTS{alertstate="firing",env=~"$env"})', "firing")],
        description:
          "Of Prometheus. One is Watchdog, which always fires: it proves that alerting works.",
        limits: above(2),
      }),
      stat({
        title: "Since Prometheus read its configuration",
        unit: "s",
        width: 6,
        queries: [
          metric(
            'time() - max(prometheus_config_last_reload_success_timestamp_seconds{env=~"$env"})',
            "ago",
          ),
        ],
      }),
      stat({
        title: "Samples a second",
        unit: "short",
        width: 6,
        queries: [
          metric(
            'sum(rate(prometheus_tsdb_head_samples_appended_total{env=~"$env"}[$__rate_interval]))',
            "samples",
          ),
        ],
      }),
      timeSeries({
        title: "Answers to scrapes",
        unit: "bool_on_off",
        queries: [metric(`up{${OWN}}`, "{{service}} on {{host}}")],
      }).max(1),
      timeSeries({
        title: "Duration of a scrape",
        unit: "s",
        queries: [metric(`scrape_duration_seconds{${OWN}}`, "{{service}} on {{host}}")],
        limits: above(seconds(Math.min(intervals.scrape, 10_000))),
      }),
    ],
  };
}

/** Where there is a gateway. */
function gatewayRows({ gateway, alerts }: Settings): readonly Row[] {
  if (!gateway.enabled) return [];
  const check = `env=~"$env",${GATEWAY}`;
  return [
    {
      title: "Gateway",
      panels: [
        timeSeries({
          title: "The gateway lets agents in",
          unit: "bool_on_off",
          queries: [metric(`probe_success{${check}}`, "{{host}}")],
        }).max(1),
        timeSeries({
          title: "Until the gateway's certificate expires",
          unit: "s",
          queries: [metric(`probe_ssl_earliest_cert_expiry{${check}} - time()`, "{{host}}")],
          limits: below(seconds(alerts.GatewayCertificateExpiring.before)),
        }),
      ],
    },
  ];
}

function alertingRow({ alerts }: Settings): Row {
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

function metricsRow({ alerts }: Settings): Row {
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
