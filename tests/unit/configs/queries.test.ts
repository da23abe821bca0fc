import { parser } from "@prometheus-io/lezer-promql";

import type { Dashboard } from "../../../configs/dashboards/dashboard";
import { uptimeDashboard } from "../../../configs/dashboards/uptime";
import { SLOW_P95_SECONDS } from "../../../configs/thresholds";
import { devSettings } from "../../support/fixtures";
import { placedSpecs, stackCases } from "../../support/render-stack";

/** What the tests look at in a panel; the SDK's own type knows every kind of panel. */
interface Panel {
  readonly title: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

function panelsOf(dashboard: Dashboard): readonly Panel[] {
  return (dashboard.panels ?? []) as unknown as readonly Panel[];
}

/** The text at the first place where the query is no PromQL. */
function firstError(query: string): string | undefined {
  // Grafana fills these in before Prometheus sees the query.
  const filled = query.replace(/\$__(range|interval|rate_interval)\b/g, "5m");
  let error: string | undefined;
  parser.parse(filled).iterate({
    enter: ({ type, from }) => {
      if (type.isError) error ??= filled.slice(from) || "(end of the query)";
    },
  });
  return error;
}

describe("the check itself", () => {
  it.each([
    ["sum(rate(x[5m])", "(end of the query)"],
    ["up{job=}", "}"],
    ["rate(x[$__other])", "$__other])"],
  ])("finds the error in %s", (query, error) => {
    expect(firstError(query)).toBe(error);
  });

  it("takes what is right", () => {
    expect(firstError('avg by (target) (avg_over_time(x{a="b"}[$__range]))')).toBeUndefined();
  });
});

describe.each(stackCases)("queries of %s", (_, settings) => {
  const monitoring = placedSpecs(settings).map(({ spec }) => spec.monitoring);
  const dashboards = monitoring.flatMap((part) => part?.dashboards ?? []);
  const rules = monitoring
    .flatMap((part) => part?.ruleGroups ?? [])
    .flatMap((group) => group.rules.map(({ alert, expr }) => [alert, expr] as const));
  const panels = dashboards.flatMap(panelsOf);
  const prometheusQueries = panels
    .filter(({ datasource }) => datasource.uid === "prometheus")
    .flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));

  it.each(rules)("of the rule %s are PromQL", (_name, expr) => {
    expect(firstError(expr)).toBeUndefined();
  });

  it.each(prometheusQueries)("of the panel %s are PromQL", (_title, expr) => {
    expect(firstError(expr)).toBeUndefined();
  });

  it("go to one of our two data sources, by its fixed uid", () => {
    const sources = [
      { type: "prometheus", uid: "prometheus" },
      { type: "loki", uid: "loki" },
    ];
    for (const panel of panels) expect(sources).toContainEqual(panel.datasource);
  });

  it("are on dashboards with a fixed uid each", () => {
    expect(dashboards.map(({ uid }) => uid)).toEqual(["sightline-uptime"]);
  });
});

describe("the uptime dashboard", () => {
  const dashboard = uptimeDashboard(devSettings());
  const probe = 'job="blackbox-http",site="website"';

  it("answers: is it up, was it up, how fast, with what status, and what did it log", () => {
    const queries = panelsOf(dashboard).map(({ title, targets }) => [title, targets[0]?.expr]);
    expect(queries).toEqual([
      ["Now", `min by (target) (probe_success{${probe}})`],
      ["Uptime", `avg by (target) (avg_over_time(probe_success{${probe}}[$__range]))`],
      ["Checks", `probe_success{${probe}}`],
      ["Duration of a check", `probe_duration_seconds{${probe}}`],
      [
        "Time to first byte",
        `sum by (target) (probe_http_duration_seconds{${probe},phase!="transfer"})`,
      ],
      ["HTTP status", `probe_http_status_code{${probe}}`],
      ["What the site logged", '{host="app"}'],
    ]);
  });

  it("draws the limit of the alert, from its only home", () => {
    const duration = dashboard.panels?.find(
      (panel) => (panel as { title?: string }).title === "Duration of a check",
    );
    expect(duration).toMatchObject({
      fieldConfig: {
        defaults: {
          thresholds: {
            steps: [
              { value: null, color: "green" },
              { value: SLOW_P95_SECONDS, color: "red" },
            ],
          },
        },
      },
    });
  });
});
