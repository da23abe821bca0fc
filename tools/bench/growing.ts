import type { Row } from "./figures";

/** What is measured of a thing that grows. */
export interface Growing {
  readonly what: string;
  readonly unit: Row["unit"];
  /** Names a size in the row of its own. */
  readonly size: (count: number) => string;
  /** Names the fewest, against which the others are held. @default {@link size} */
  readonly fewest?: (count: number) => string;
}

/** One row for each size, held against that of the fewest, which is the first. */
export function growingRows(
  { what, unit, size, fewest = size }: Growing,
  samples: ReadonlyMap<number, readonly number[]>,
): readonly Row[] {
  const [[first, base] = [0, []]] = samples;
  return [...samples].map(([count, own]) => ({
    ...{ what: `${what}, ${size(count)}`, unit, samples: own, evidence: "real" },
    ...(count === first ? {} : { versus: { what: fewest(first), samples: base } }),
  }));
}
