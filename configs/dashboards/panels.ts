import { PanelBuilder as BarGaugePanel } from "@grafana/grafana-foundation-sdk/bargauge";
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  StackingConfigBuilder,
  StackingMode,
  VizOrientation,
} from "@grafana/grafana-foundation-sdk/common";
import { DashboardLinkBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as LogsPanel } from "@grafana/grafana-foundation-sdk/logs";
import { PanelBuilder as StatPanel } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TextPanel } from "@grafana/grafana-foundation-sdk/text";
import { PanelBuilder as TimeSeriesPanel } from "@grafana/grafana-foundation-sdk/timeseries";

import { LOKI } from "./data-sources";
import { type Limits, steps } from "./limits";
import { type LogsFilter, logsUrl } from "./links";
import { type Query, sourceOf, targetsOf } from "./query";

/** Columns of Grafana's grid, which has 24: a quarter, a third, half or all of the width. */
export type Width = 6 | 8 | 12 | 24;

/** Grafana's names of the units that our panels have. */
export type Unit =
  | "Bps"
  | "bool_on_off"
  | "bytes"
  | "dateTimeFromNow"
  | "ms"
  | "none"
  | "percentunit"
  | "reqps"
  | "s"
  | "short";

export interface PanelOptions {
  readonly title: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** @default half */
  readonly width?: Width;
  /** What a reader must know to read it right. @default nothing */
  readonly description?: string;
  /** Where alerts fire, in the panel's unit. @default none */
  readonly limits?: Limits;
  /** What stands there instead of "No data". @default Grafana's words */
  readonly emptyText?: string;
  /** The log lines behind the numbers, one click away. @default no link */
  readonly logs?: LogsFilter;
}

const HEIGHT = { line: 3, number: 4, list: 8, graph: 8, text: 10 } as const;

/** Values over time, with a dashed line where an alert fires. */
export function timeSeries(options: PanelOptions): TimeSeriesPanel {
  const panel = withCommon(new TimeSeriesPanel(), options, "range").height(HEIGHT.graph).min(0);
  if (!options.limits) return panel;
  return panel.thresholdsStyle(
    new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed),
  );
}

/** How many of each kind, piled up over time. */
export function bars(options: PanelOptions): TimeSeriesPanel {
  return timeSeries(options)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group("A"));
}

/** One number per series, as it is at the end of the time range. */
export function stat(options: PanelOptions): StatPanel {
  return withCommon(new StatPanel(), options, "instant")
    .height(HEIGHT.number)
    .graphMode(BigValueGraphMode.None)
    .colorMode(options.limits ? BigValueColorMode.Value : BigValueColorMode.None);
}

/** The most of something, by name: the queries are over the whole time range. */
export function ranking(options: PanelOptions): BarGaugePanel {
  return withCommon(new BarGaugePanel(), options, "instant")
    .height(HEIGHT.list)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .min(0);
}

/** Log lines, newest first. */
export function logLines(options: {
  readonly title: string;
  readonly expr: string;
  readonly description?: string;
  /** @default all */
  readonly width?: Width;
}): LogsPanel {
  const { title, expr, description, width = 24 } = options;
  const panel = new LogsPanel()
    .title(title)
    .datasource(LOKI)
    .span(width)
    .height(HEIGHT.text)
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .targets(targetsOf([{ source: LOKI, expr, legend: "" }], "range"));
  return description ? panel.description(description) : panel;
}

/** Words instead of numbers, in Markdown. */
export function note(title: string, content: string): TextPanel {
  return new TextPanel().title(title).content(content).span(24).height(HEIGHT.line);
}

/** What every panel of numbers has. The builders share these methods but no type that says so. */
function withCommon<Panel extends TimeSeriesPanel | StatPanel | BarGaugePanel>(
  panel: Panel,
  options: PanelOptions,
  kind: "instant" | "range",
): Panel {
  const { title, unit, queries, width = 12, description, limits, emptyText, logs } = options;
  panel
    .title(title)
    .unit(unit)
    .datasource(sourceOf(queries))
    .targets(targetsOf(queries, kind))
    .span(width);
  if (description) panel.description(description);
  if (limits) panel.thresholds(steps(limits));
  if (emptyText) panel.noValue(emptyText);
  if (logs) {
    panel.dataLinks([new DashboardLinkBuilder("Show the log lines").url(logsUrl(logs))]);
  }
  return panel;
}
