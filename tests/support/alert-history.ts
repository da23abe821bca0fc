import type { FiringSeries } from "../../tools/noise/figures";

/** Every evaluation of a rule from one time until another, both among them. */
export function evaluations(fromMs: number, toMs: number, everyMs: number): readonly number[] {
  const count = Math.floor((toMs - fromMs) / everyMs) + 1;
  return Array.from({ length: count }, (_, index) => fromMs + index * everyMs);
}

/** The samples that Prometheus keeps of alerts that fired, as OpenMetrics. */
export function firingSamples(series: readonly FiringSeries[]): string {
  const lines = series.flatMap(({ labels, firingAtMs }) => {
    const all = Object.entries({ ...labels, alertstate: "firing" });
    const written = all.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",");
    return firingAtMs.map((ms) => `ALERTS{${written}} 1 ${ms / 1000}`);
  });
  return ["# TYPE ALERTS gauge", ...lines, "# EOF", ""].join("\n");
}
