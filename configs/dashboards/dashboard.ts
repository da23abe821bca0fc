import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  type Dashboard as ClassicDashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
  type VariableModel,
} from "@grafana/grafana-foundation-sdk/dashboard";

import { type DashboardName, uidOf } from "../rules/rule";
import type { Settings } from "../settings/settings";
import { deployMarkers } from "./markers";

/** A dashboard in the classic model, which Grafana provisions from files. */
export type Dashboard = ClassicDashboard;

/** Panels under one heading, from left to right; lines must fill the width. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

export interface DashboardOptions {
  readonly name: DashboardName;
  readonly title: string;
  /** The question that it answers. */
  readonly description: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly rows: readonly Row[];
  /** @default `now-6h` */
  readonly from?: string;
}

/** A dashboard with what all of ours have: a fixed uid, deploy markers, and links to the others. */
export function dashboardOf(settings: Settings, options: DashboardOptions): Dashboard {
  const { name, title, description, variables, rows, from = "now-6h" } = options;
  const builder = new DashboardBuilder(title)
    .uid(uidOf(name))
    .description(description)
    .tags([TAG])
    .refresh("30s")
    .time({ from, to: "now" })
    // The crosshair stands at the same moment in all panels.
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([...variables])
    .annotations([...deployMarkers(settings)])
    .link(linkToOthers());
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  return numbered(builder.build());
}

const TAG = "sightline";

function linkToOthers(): DashboardLinkBuilder {
  return new DashboardLinkBuilder("Dashboards")
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);
}

/** Grafana would number the panels itself, differently at each load, and links to one would break. */
function numbered(dashboard: Dashboard): Dashboard {
  const panels = dashboard.panels?.map((panel, index) => ({ ...panel, id: index + 1 })) ?? [];
  return { ...dashboard, panels };
}
