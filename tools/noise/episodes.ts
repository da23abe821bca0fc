/** A time in which an alert fired, as Unix milliseconds. */
export interface Episode {
  readonly startMs: number;
  /** The first evaluation at which it no longer fired; the window's end where it still does. */
  readonly endMs: number;
  /** Whether it fires at the end of the window. */
  readonly isOpen: boolean;
  /** Whether it fired when the window began: then nobody here knows since when. */
  readonly beganBefore: boolean;
}

/** What was looked at, as Unix milliseconds, and how densely. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * When rules were evaluated, in order. Time in which nobody judged ends no episode.
   * @default unknown: then rules count as evaluated all the time
   */
  readonly judgedAtMs?: readonly number[];
}

/**
 * So many evaluations without an alert do not end it: after a restart Prometheus has the alerts of before
 * only at its third evaluation. Alertmanager sends no news of so short a pause either.
 */
const EVALUATIONS_LEFT_OUT = 3;

/**
 * The episodes of one label set of an alert.
 *
 * @param firingAtMs each evaluation at which it fired, in order
 * @param everyMs how often its rule is evaluated
 */
export function episodesOf(
  firingAtMs: readonly number[],
  everyMs: number,
  window: Window,
): readonly Episode[] {
  const { fromMs, toMs } = window;
  const runs: { first: number; last: number }[] = [];
  for (const atMs of firingAtMs) {
    const run = runs.at(-1);
    if (run && leftOut(run.last, atMs, { everyMs, window }) <= EVALUATIONS_LEFT_OUT)
      run.last = atMs;
    else runs.push({ first: atMs, last: atMs });
  }
  return runs.map(({ first, last }) => {
    const isOpen = leftOut(last, toMs, { everyMs, window }) === 0;
    return {
      startMs: first,
      endMs: isOpen ? toMs : Math.min(last + everyMs, toMs),
      isOpen,
      beganBefore: first - fromMs < 2 * everyMs,
    };
  });
}

/** How many evaluations there were between two times of one; rules of other groups are evaluated between. */
function leftOut(
  afterMs: number,
  beforeMs: number,
  { everyMs, window }: { readonly everyMs: number; readonly window: Window },
): number {
  const { judgedAtMs } = window;
  const steps = judgedAtMs
    ? firstAfter(judgedAtMs, beforeMs) - firstAfter(judgedAtMs, afterMs)
    : Math.round((beforeMs - afterMs) / everyMs);
  return Math.max(0, steps - 1);
}

/** Index of the first of ordered times that is later. */
export function firstAfter(timesMs: readonly number[], ms: number): number {
  let [low, high] = [0, timesMs.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((timesMs[middle] ?? Infinity) > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How long it fired, in milliseconds. */
export function lengthMs({ startMs, endMs }: Episode): number {
  return endMs - startMs;
}

/** Before this anybody has looked, an alert is over: nobody repaired anything. */
export const BY_ITSELF_MS = 120_000;

/** Whether it was over so soon that nobody can have done anything about it. */
export function endedByItself(episode: Episode): boolean {
  return !episode.isOpen && !episode.beganBefore && lengthMs(episode) < BY_ITSELF_MS;
}
