/** One request that was made. */
export interface Sample {
  /** The HTTP status, or `failed` where no answer came. */
  readonly status: number | "failed";
  /** Milliseconds until the whole answer was there. */
  readonly millis: number;
}

/**
 * The smallest value that at least this share of the values does not exceed (nearest rank).
 * @param share over 0 to 1
 * @returns NaN for no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
}

/** What a person wants to know afterwards, in three lines. Pure. */
export function summarize(samples: readonly Sample[], elapsedMillis: number): string {
  const seconds = elapsedMillis / 1000;
  const counts = new Map<string, number>();
  for (const { status } of samples) counts.set(`${status}`, (counts.get(`${status}`) ?? 0) + 1);
  const byStatus = [...counts].sort(([a], [b]) => a.localeCompare(b));
  // Requests without an answer took as long as our patience, which says nothing about the site.
  const answered = samples.filter(({ status }) => status !== "failed").map((s) => s.millis);
  const millis = (share: number) =>
    answered.length ? `${percentile(answered, share).toFixed(0)} ms` : "-";
  return [
    `${samples.length} requests in ${seconds.toFixed(1)} s`,
    `status   ${byStatus.map(([status, count]) => `${status}: ${count}`).join("  ") || "-"}`,
    `latency  p50 ${millis(0.5)}  p95 ${millis(0.95)}`,
  ].join("\n");
}
