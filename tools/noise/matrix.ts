/** A range of series, as Prometheus and Loki answer it. */
export interface Matrix {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [seconds: number, value: string])[];
  }[];
}

/** One label set, and the times at which it has samples, as Unix milliseconds in order. */
export interface SampledSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: readonly number[];
}

/** Joins by their labels the series of answers that follow each other in time. */
export function joined(matrices: readonly Matrix[]): readonly SampledSeries[] {
  const found = new Map<string, SampledSeries & { readonly atMs: number[] }>();
  for (const { metric, values } of matrices.flatMap(({ result }) => result)) {
    const key = JSON.stringify(Object.entries(metric).sort());
    const series = found.get(key) ?? { labels: metric, atMs: [] };
    found.set(key, series);
    for (const [seconds] of values) series.atMs.push(Math.round(seconds * 1000));
  }
  return [...found.values()];
}
