/** How real a figure is: measured on what people run, or on something that stands for it. */
export type Evidence = "real" | "stand-in";

export type Unit =
  "s" | "ms" | "MiB" | "KiB" | "% of a core" | "lines/s" | "scrapes" | "checks" | "rules";

/** One thing that was measured several times, and what it is held against. */
export interface Row {
  readonly what: string;
  readonly unit: Unit;
  /** At least one figure, in the order in which they were measured. */
  readonly samples: readonly number[];
  /** @default nothing to compare with */
  readonly versus?: Versus;
  readonly evidence: Evidence;
}

/** The other side of a comparison, in the same unit. */
export interface Versus {
  readonly what: string;
  readonly samples: readonly number[];
}

/** All that one item of the bench measured, and what a reader must know to judge it. */
export interface Section {
  readonly rows: readonly Row[];
  /** Sentences; each becomes a line of a list. */
  readonly notes: readonly string[];
}

/** The middle one; of an even number, half way between the two in the middle. @throws Error for none */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const [low, high] = [Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2)];
  const middle = [sorted[low], sorted[high]].map((value) => {
    if (value === undefined) throw new Error("a median needs at least one figure");
    return value;
  });
  return middle.reduce((sum, value) => sum + value, 0) / 2;
}

/**
 * The smallest figure that so many percent of the figures do not exceed.
 *
 * @param percent over 0 to 100
 * @throws Error for no figures
 */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const found = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  if (found === undefined) throw new Error("a percentile needs at least one figure");
  return found;
}

/** Median over median; undefined where there is nothing to compare with, or that is 0. */
export function ratio({ samples, versus }: Row): number | undefined {
  if (!versus) return undefined;
  const base = median(versus.samples);
  return base === 0 ? undefined : median(samples) / base;
}
