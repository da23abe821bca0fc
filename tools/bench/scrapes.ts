import { missingScrapes } from "../lib/lost-scrapes";
import { instantQuery } from "./instant-value";

/** Samples of `up` of one target: time in Unix seconds, and "1" or "0". */
type Samples = readonly (readonly [number, string])[];

/** Scrapes of all targets that are missing, or failed, among the samples of each. */
export function lostScrapes(series: readonly Samples[], intervalMs: number): number {
  return series
    .map((samples) => {
      const times = samples.map(([seconds]) => seconds * 1_000);
      const failed = samples.filter(([, value]) => value !== "1").length;
      return failed + missingScrapes(times, intervalMs);
    })
    .reduce((sum, lost) => sum + lost, 0);
}

/** Which scrapes are counted. */
export interface Counted {
  /** Selects series of `up`, for example `{job="node-exporter"}`. */
  readonly selector: string;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** How often those targets are read. */
  readonly intervalMs: number;
}

/** Scrapes that a Prometheus lost since a time, of all targets that are selected. */
export async function scrapesLost(origin: string, counted: Counted): Promise<number> {
  const { selector, sinceMs, intervalMs } = counted;
  const seconds = Math.ceil((Date.now() - sinceMs) / 1_000);
  const found = await instantQuery<{ values: Samples }>(origin, `up${selector}[${seconds}s]`);
  return lostScrapes(
    found.map(({ values }) => values),
    intervalMs,
  );
}
