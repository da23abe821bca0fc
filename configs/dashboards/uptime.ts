import {
  DashboardBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as LogsPanel } from "@grafana/grafana-foundation-sdk/logs";
import { DataqueryBuilder as LokiQuery } from "@grafana/grafana-foundation-sdk/loki";
import { DataqueryBuilder as PrometheusQuery } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatPanel } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeSeriesPanel } from "@grafana/grafana-foundation-sdk/timeseries";

import { PROBE_JOB } from "../rules/uptime";
import type { Settings } from "../settings/settings";
import { SLOW_P95_SECONDS } from "../thresholds";
import type { Dashboard } from "./dashboard";
import { LOKI, PROMETHEUS } from "./data-sources";

/** Grafana's grid is 24 columns wide. */
const [HALF, FULL] = [12, 24];
const HEIGHT = 8;

/** Is the site up, was it up, and how fast did it answer? */
export function uptimeDashboard({ site }: Settings): Dashboard {
  const probe = `job="${PROBE_JOB}",site="${site.name}"`;
  return new DashboardBuilder(`Uptime: ${site.name}`)
    .uid("sightline-uptime")
    .tags(["sightline"])
    .refresh("30s")
    .time({ from: "now-6h", to: "now" })
    .withPanel(
      stat("Now", query(`min by (target) (probe_success{${probe}})`, "{{target}}")).unit(
        "bool_on_off",
      ),
    )
    .withPanel(
      stat(
        "Uptime",
        query(`avg by (target) (avg_over_time(probe_success{${probe}}[$__range]))`, "{{target}}"),
      )
        .unit("percentunit")
        .decimals(3),
    )
    .withPanel(
      series("Checks", query(`probe_success{${probe}}`, "{{target}}"))
        .min(0)
        .max(1),
    )
    .withPanel(
      series("Duration of a check", query(`probe_duration_seconds{${probe}}`, "{{target}}"))
        .unit("s")
        .thresholds(line(SLOW_P95_SECONDS)),
    )
    .withPanel(
      series(
        "Time to first byte",
        query(
          `sum by (target) (probe_http_duration_seconds{${probe},phase!="transfer"})`,
          "{{target}}",
        ),
      ).unit("s"),
    )
    .withPanel(series("HTTP status", query(`probe_http_status_code{${probe}}`, "{{target}}")))
    .withPanel(
      new LogsPanel()
        .title("What the site logged")
        .datasource(LOKI)
        .span(FULL)
        .height(HEIGHT)
        .showTime(true)
        .withTarget(new LokiQuery().refId("A").expr('{host="app"}')),
    )
    .build();
}

function query(expr: string, legend: string): PrometheusQuery {
  return new PrometheusQuery().refId("A").expr(expr).legendFormat(legend);
}

function stat(title: string, target: PrometheusQuery): StatPanel {
  return new StatPanel()
    .title(title)
    .datasource(PROMETHEUS)
    .span(HALF)
    .height(HEIGHT / 2)
    .withTarget(target);
}

function series(title: string, target: PrometheusQuery): TimeSeriesPanel {
  return new TimeSeriesPanel()
    .title(title)
    .datasource(PROMETHEUS)
    .span(HALF)
    .height(HEIGHT)
    .withTarget(target);
}

/** The limit at which the alert fires, drawn on the panel. */
function line(limit: number): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: "green" },
    { value: limit, color: "red" },
  ]);
}
