import type { AlertName } from "../../../../configs/thresholds/thresholds";
import { casesOf, fires, noData, quiet, resolves, type RuleCase } from "../../../support/rule-case";
import type { VariantName } from "../../../support/rule-variants";

/** Shapes that many alerts have in common, with a sample every 15 s. */
const PER_MINUTE = 4;

/** The time so many minutes after the first sample, and some samples later or earlier. */
export function minutes(count: number, samples = 0): string {
  return `${count * 60 + samples * 15}s`;
}

/** A value that stays for some minutes, the first sample included. */
export function hold(value: number | string, count: number): string {
  return `${value}x${count * PER_MINUTE}`;
}

interface Where {
  readonly on?: VariantName;
}

/** An alert on a series that is 1 as long as all is well. */
export function zeroFor(
  alert: AlertName,
  { series, holdMinutes, on }: Where & { readonly series: string; readonly holdMinutes: number },
): readonly RuleCase[] {
  const down = hold(0, holdMinutes + 1);
  return casesOf(
    alert,
    [
      fires({ name: "0 for long enough", series: { [series]: down }, at: minutes(holdMinutes, 1) }),
      quiet({ name: "1", series: { [series]: hold(1, 60) }, at: minutes(50) }),
      quiet({
        name: "0 for a moment less",
        series: { [series]: down },
        at: minutes(holdMinutes, -1),
      }),
      noData({ at: minutes(holdMinutes + 5) }),
      resolves({
        name: "0, then 1 again",
        series: { [series]: `${down} ${hold(1, 2)}` },
        firesAt: minutes(holdMinutes, 1),
        overAt: minutes(holdMinutes + 1, 2),
      }),
    ],
    { on },
  );
}

/** An alert on any increase of a counter within a time; one more after a minute is enough. */
export function countedWithin(
  alert: AlertName,
  options: Where & {
    readonly series: string;
    /** Series that must be there besides. @default none */
    readonly beside?: readonly string[];
    readonly overMinutes: number;
    readonly holdMinutes: number;
    /** Whole minutes between two looks at the rule. @default every 15 s */
    readonly evaluatedMinutes?: number;
  },
): readonly RuleCase[] {
  const { series, beside = [], overMinutes, holdMinutes, evaluatedMinutes = 0, on } = options;
  const still = Object.fromEntries(beside.map((other) => [other, hold(7, overMinutes + 10)]));
  const counted = { ...still, [series]: `${hold(4, 1)} ${hold(5, overMinutes + 10)}` };
  // The first minute has five samples, so the sixth is the one that counts more.
  const firing = minutes(1 + holdMinutes + 2 * evaluatedMinutes, 2);
  return casesOf(
    alert,
    [
      fires({ name: "one more", series: counted, at: firing }),
      quiet({
        name: "many, but of long ago",
        series: { ...still, [series]: hold(4_000, overMinutes + 10) },
        at: firing,
      }),
      ...(holdMinutes > 0
        ? [
            quiet({
              name: "one more, but a moment less",
              series: counted,
              at: minutes(1 + holdMinutes),
            }),
          ]
        : []),
      noData({ at: firing }),
      resolves({
        name: "one more, and none since",
        series: counted,
        firesAt: firing,
        overAt: minutes(overMinutes + 1 + evaluatedMinutes, 3),
      }),
    ],
    { on, ...(evaluatedMinutes > 0 ? { evaluated: `${evaluatedMinutes}m` } : {}) },
  );
}

/** An alert on a share that two counters make; both count on, 100 of all in 15 s. */
export function shareOf(
  alert: AlertName,
  options: Where & {
    readonly part: string;
    /** The counter of all; of those besides the part where `isRest`. */
    readonly all: string;
    readonly isRest?: boolean;
    /** Above the limit by less than a third, in percent. */
    readonly high: number;
    /** Below it by less than two thirds. */
    readonly low: number;
    readonly overMinutes: number;
    readonly holdMinutes: number;
  },
): readonly RuleCase[] {
  const { part, all, isRest, high, low, overMinutes, holdMinutes, on } = options;
  const end = holdMinutes + 2;
  const growing = (percent: number, count: number) => ({
    [part]: `0+${percent}x${count * PER_MINUTE}`,
    [all]: `0+${isRest ? 100 - percent : 100}x${count * PER_MINUTE}`,
  });
  const over = (holdMinutes + overMinutes + 5) * PER_MINUTE;
  const wasHigh = growing(high, end);
  const last = end * PER_MINUTE;
  const rest = isRest ? 100 - high : 100;
  return casesOf(
    alert,
    [
      fires({ name: `${high} %`, series: wasHigh, at: minutes(holdMinutes, 1) }),
      quiet({ name: `${low} %`, series: growing(low, end), at: minutes(holdMinutes + 1) }),
      quiet({ name: `${high} %, but a moment less`, series: wasHigh, at: minutes(holdMinutes) }),
      quiet({
        name: "nothing counted: 0 of 0",
        series: { [part]: hold(5, end), [all]: hold(10, end) },
        at: minutes(holdMinutes + 1),
      }),
      noData({ at: minutes(holdMinutes + 1) }),
      resolves({
        name: `${high} %, then none of them`,
        series: {
          [part]: `0+${high}x${last} ${high * last}x${over}`,
          [all]: `0+${rest}x${last} ${rest * last + 100}+100x${over}`,
        },
        firesAt: minutes(holdMinutes, 1),
        overAt: minutes(end + overMinutes, 2),
      }),
    ],
    { on },
  );
}
