/** Times at which one series has samples, in Unix milliseconds, ascending. */
export type Times = readonly number[];

/**
 * How many scrapes are missing between the first and the last sample of a series. Half an interval of
 * delay is none: the machine may be busy.
 */
export function missingScrapes(times: Times, intervalMs: number): number {
  return times
    .slice(1)
    .map((time, index) => Math.round((time - (times[index] ?? time)) / intervalMs) - 1)
    .filter((missing) => missing > 0)
    .reduce((sum, missing) => sum + missing, 0);
}

/**
 * How many are missing of a target whose address was edited meanwhile, which made another series of it each
 * time. Prometheus gives each address a moment of its own in the interval, so up to two intervals lie between
 * the last scrape of one and the first of the next: nothing is missing there.
 *
 * @param series in any order
 */
export function missingThroughEdits(series: readonly Times[], intervalMs: number): number {
  const inTime = [...series].sort(([one = 0], [other = 0]) => one - other);
  const between = inTime.slice(1).map(([first = 0], index) => {
    const last = inTime[index]?.at(-1) ?? first;
    return Math.max(0, Math.round((first - last) / intervalMs) - 2);
  });
  const within = inTime.map((times) => missingScrapes(times, intervalMs));
  return [...within, ...between].reduce((sum, missing) => sum + missing, 0);
}

/** Numbers from 1 that are not there, and those that are there more than once. */
export function miscounted(numbers: readonly number[], written: number) {
  const times = new Map<number, number>();
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1);
  const lost = Array.from({ length: written }, (_, index) => index + 1).filter(
    (number) => !times.has(number),
  );
  return { lost, doubled: [...times].filter(([, count]) => count > 1).map(([number]) => number) };
}
