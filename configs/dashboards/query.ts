import { DataqueryBuilder as LokiQuery } from "@grafana/grafana-foundation-sdk/loki";
import { DataqueryBuilder as PrometheusQuery } from "@grafana/grafana-foundation-sdk/prometheus";

import { LOKI, MIXED, PROMETHEUS } from "./data-sources";

/** One query of a panel. */
export interface Query {
  readonly source: typeof PROMETHEUS | typeof LOKI;
  readonly expr: string;
  /** What the legend calls a series, with labels in double braces: `{{host}}`. */
  readonly legend: string;
}

/** A query over metrics, in PromQL. */
export function metric(expr: string, legend: string): Query {
  return { source: PROMETHEUS, expr, legend };
}

/** A query that makes numbers of log lines, in LogQL. */
export function logMetric(expr: string, legend: string): Query {
  return { source: LOKI, expr, legend };
}

/** The data source of a panel: that of its queries, or Grafana's mixture of several. */
export function sourceOf(queries: readonly Query[]) {
  const [first, ...rest] = queries.map(({ source }) => source);
  if (!first) throw new Error("a panel needs a query");
  return rest.every((source) => source === first) ? first : MIXED;
}

/** The queries as Grafana sends them: one answer each, or one per point of the time axis. */
export function targetsOf(queries: readonly Query[], kind: "instant" | "range") {
  return queries.map(({ source, expr, legend }, index) => {
    const refId = String.fromCharCode("A".charCodeAt(0) + index);
    if (source === LOKI) {
      return new LokiQuery()
        .datasource(source)
        .refId(refId)
        .expr(expr)
        .legendFormat(legend)
        .queryType(kind);
    }
    const target = new PrometheusQuery()
      .datasource(source)
      .refId(refId)
      .expr(expr)
      .legendFormat(legend);
    return kind === "instant" ? target.instant() : target.range();
  });
}
