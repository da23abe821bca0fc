import { GATEWAY } from "../rules/gateway";
import type { Settings } from "../settings/settings";
import { seconds } from "../units";
import { alertingRow, prometheusRow } from "./alerting-rows";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { above, below } from "./limits";
import { logStoreRow, pipelineRow } from "./log-store";
import { logLines, stat, timeSeries } from "./panels";
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
      prometheusRow(settings),
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
