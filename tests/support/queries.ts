import type { Dashboard } from "../../configs/dashboards/dashboard";
import { gather } from "../../configs/gathered";
import { placedSpecs } from "../../configs/hosts";
import type { Evaluator } from "../../configs/rules/rule";
import type { Settings } from "../../configs/settings/settings";
import { prometheusDuration } from "../../configs/units";

/** A panel as Grafana reads it: the part that tests look at. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: DataSource;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly noValue?: string;
      readonly links?: readonly { readonly url: string }[];
      readonly thresholds?: { readonly steps: readonly { value: number | null; color: string }[] };
    };
  };
}

export interface DataSource {
  readonly type: string;
  readonly uid: string;
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: DataSource;
  readonly legendFormat?: string;
  /** Of Prometheus. */
  readonly instant?: boolean;
  /** Of Loki: `instant` or `range`. */
  readonly queryType?: string;
}

export function panelsOf({ panels }: Dashboard): readonly Panel[] {
  return (panels ?? []) as unknown as readonly Panel[];
}

/** A variable as Grafana reads it. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query?: string;
  readonly allValue?: string;
  readonly datasource?: DataSource;
}

export function variablesOf({ templating }: Dashboard): readonly Variable[] {
  return (templating.list ?? []) as unknown as readonly Variable[];
}

/** One query that somebody runs: Grafana for a panel, variable or marker, an evaluator for a rule. */
export interface StackQuery {
  /** Where it stands: `Resources / CPU in use / A`, `rule WebsiteDown`. */
  readonly key: string;
  readonly evaluator: Evaluator;
  /** With Grafana's macros and the variables filled in. */
  readonly expr: string;
  readonly role: "panel" | "lines" | "variable" | "marker" | "rule";
  /** Whether one moment is asked for, and not the whole range. */
  readonly instant: boolean;
  /** Labels that the legend shows. */
  readonly legend: readonly string[];
  /** Whether only a browser's visit gives it data. */
  readonly needsBrowser: boolean;
}

/** Every query of every panel, variable, marker and rule of a stack. */
export function allQueries(settings: Settings, rangeMs = 3_600_000): readonly StackQuery[] {
  const { dashboards, ruleGroups, judgedByGrafana } = gather(settings, placedSpecs(settings));
  const rules = [...ruleGroups, ...judgedByGrafana].flatMap(({ evaluator, rules: all }) =>
    all.map(({ alert, expr }) =>
      query({ key: `rule ${alert}`, evaluator, expr, role: "rule", instant: true }),
    ),
  );
  return [
    ...dashboards.flatMap((dashboard) => dashboardQueries(dashboard, settings, rangeMs)),
    ...rules,
  ];
}

function dashboardQueries(
  dashboard: Dashboard,
  settings: Settings,
  rangeMs: number,
): readonly StackQuery[] {
  const title = dashboard.title ?? "";
  const macros = macrosOf(dashboard, settings, rangeMs);
  const panels = panelsOf(dashboard).flatMap((panel) =>
    (panel.targets ?? []).map((target) =>
      query({
        key: `${title} / ${panel.title} / ${target.refId}`,
        evaluator: evaluatorOf(target.datasource),
        expr: filled(target.expr, macros),
        role: panel.type === "logs" ? "lines" : "panel",
        instant: target.instant === true || target.queryType === "instant",
        legend: [...(target.legendFormat ?? "").matchAll(/\{\{(\w+)\}\}/g)].map(
          ([, name]) => name ?? "",
        ),
      }),
    ),
  );
  const variables = variablesOf(dashboard)
    .filter(({ type }) => type === "query")
    .map((variable) => variableQuery(`${title} / variable ${variable.name}`, variable, macros));
  const markers = (dashboard.annotations.list ?? []).map(({ name, target }) => {
    const { expr } = target as unknown as Target;
    return query({
      key: `${title} / marker ${name}`,
      evaluator: "prometheus",
      expr: filled(expr, macros),
      role: "marker",
      instant: false,
    });
  });
  return [...panels, ...variables, ...markers];
}

/** `label_values(selector, label)` as a query whose answer has a series per value. */
function variableQuery(key: string, { query: text = "", datasource }: Variable, macros: Macros) {
  const [, selector = "", label = ""] = /^label_values\((.+), (\w+)\)$/.exec(text) ?? [];
  if (selector === "") throw new Error(`${key}: ${text} is no label_values(selector, label)`);
  const evaluator = evaluatorOf(datasource);
  const counted = evaluator === "loki" ? `count_over_time(${selector}[$__range])` : selector;
  const expr = filled(`count by (${label}) (${counted})`, macros);
  return query({ key, evaluator, expr, role: "variable", instant: true, legend: [label] });
}

function query(
  parts: Omit<StackQuery, "legend" | "needsBrowser"> & Partial<StackQuery>,
): StackQuery {
  return { legend: [], needsBrowser: parts.expr.includes('job="frontend"'), ...parts };
}

function evaluatorOf(datasource: DataSource | undefined): Evaluator {
  if (datasource?.type === "prometheus" || datasource?.type === "loki") return datasource.type;
  throw new Error(`no evaluator for the data source ${JSON.stringify(datasource)}`);
}

type Macros = ReadonlyMap<string, string>;

/** What Grafana puts in place of `$name`, with every variable at "All". */
function macrosOf(dashboard: Dashboard, { intervals }: Settings, rangeMs: number): Macros {
  const variables = variablesOf(dashboard).map(
    ({ name, type, allValue, query: text = "" }) =>
      [name, type === "query" ? (allValue ?? "") : text] as const,
  );
  const rate = prometheusDuration(Math.max(4 * intervals.scrape, 60_000));
  return new Map([
    ...variables,
    ["__range", prometheusDuration(rangeMs)],
    ["__rate_interval", rate],
    ["__auto", "1m"],
  ]);
}

function filled(expr: string, macros: Macros): string {
  return expr.replace(/\$(\w+)/g, (whole, name: string) => {
    const value = macros.get(name);
    if (value === undefined) throw new Error(`${whole} in ${expr} is no variable of its dashboard`);
    return value;
  });
}
