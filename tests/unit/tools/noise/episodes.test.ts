import { endedByItself, episodesOf, type Window } from "../../../../tools/noise/episodes";
import { evaluations } from "../../../support/alert-history";

const EVERY = 15_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WINDOW: Window = { fromMs: 0, toMs: 24 * HOUR };
const JUDGED: Window = { ...WINDOW, judgedAtMs: evaluations(7_000, 24 * HOUR, EVERY) };

/** Evaluations at which it fired, as minutes from and to. */
const firing = (...minutes: readonly (readonly [from: number, to: number])[]) =>
  minutes.flatMap(([from, to]) => evaluations(from * MINUTE, to * MINUTE, EVERY));

const closed = (startMs: number, endMs: number) => ({
  startMs,
  endMs,
  isOpen: false,
  beganBefore: false,
});

test.each([
  ["known", JUDGED],
  ["not known", WINDOW],
])(
  "an episode goes from its first evaluation to the one after its last; when rules were judged is %s",
  (_, window) => {
    const times = firing([60, 61], [120, 130]);
    expect(episodesOf(times, EVERY, window)).toEqual([
      closed(60 * MINUTE, 61 * MINUTE + EVERY),
      closed(120 * MINUTE, 130 * MINUTE + EVERY),
    ]);
  },
);

test("one evaluation is an episode as long as the time between two", () => {
  expect(episodesOf([HOUR], EVERY, JUDGED)).toEqual([closed(HOUR, HOUR + EVERY)]);
});

test.each([
  ["known", JUDGED],
  ["not known", WINDOW],
])("three evaluations left out do not end it, four do; judged is %s", (_, window) => {
  const gap = (left: number) => [HOUR, HOUR + (left + 1) * EVERY];
  expect(episodesOf(gap(3), EVERY, window)).toEqual([closed(HOUR, HOUR + 5 * EVERY)]);
  expect(episodesOf(gap(4), EVERY, window)).toHaveLength(2);
});

test("time in which nobody judged ends nothing", () => {
  const times = firing([60, 61], [80, 81]);
  const judgedAtMs = [
    ...evaluations(7_000, 61 * MINUTE + 7_000, EVERY),
    // Two evaluations until it has the alerts of before again.
    ...evaluations(80 * MINUTE - 2 * EVERY, 24 * HOUR, EVERY),
  ];
  expect(episodesOf(times, EVERY, { ...WINDOW, judgedAtMs })).toEqual([
    closed(60 * MINUTE, 81 * MINUTE + EVERY),
  ]);
  expect(episodesOf(times, EVERY, JUDGED)).toHaveLength(2);
});

test("one that fires at the end is open until then, and one from before the beginning says so", () => {
  const day = 24 * HOUR;
  const times = [...evaluations(10_000, HOUR, EVERY), ...evaluations(day - HOUR, day, EVERY)];
  expect(episodesOf(times, EVERY, JUDGED)).toEqual([
    { startMs: 10_000, endMs: HOUR - 5_000 + EVERY, isOpen: false, beganBefore: true },
    { startMs: day - HOUR, endMs: day, isOpen: true, beganBefore: false },
  ]);
});

test("one that was left out twice at the end is over", () => {
  const last = 24 * HOUR - 2 * EVERY - 1_000;
  expect(episodesOf([last], EVERY, JUDGED)).toEqual([closed(last, last + EVERY)]);
});

test("it is over by itself in less than two minutes, not in two, and not where it is open or began before", () => {
  const short = closed(HOUR, HOUR + 2 * MINUTE - 1);
  expect(endedByItself(short)).toBe(true);
  expect(endedByItself(closed(HOUR, HOUR + 2 * MINUTE))).toBe(false);
  expect(endedByItself({ ...short, isOpen: true })).toBe(false);
  expect(endedByItself({ ...short, beganBefore: true })).toBe(false);
});

test("what never fired has no episode", () => {
  expect(episodesOf([], EVERY, JUDGED)).toEqual([]);
});
