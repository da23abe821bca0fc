/** One line of what an exporter serves, without its value. */
export interface Exposed {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The series of a page in Prometheus' text format. */
export function exposedSeries(page: string): readonly Exposed[] {
  return page
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, metric = "", labels = ""] = /^([\w:]+)(?:\{(.*)\})? [^ ]+( \d+)?$/.exec(line) ?? [];
      if (metric === "") throw new Error(`no line of an exporter: ${line}`);
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        metric,
        labels: Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value])),
      };
    });
}

/** The value of a series that has no labels. */
export function exposedValue(page: string, metric: string): number {
  const [, value] = new RegExp(`^${metric} (\\S+)$`, "m").exec(page) ?? [];
  if (value === undefined) throw new Error(`there is no ${metric}`);
  return Number(value);
}
