import {
  miscounted,
  missingScrapes,
  missingThroughEdits,
} from "../../../../tools/lib/lost-scrapes";

describe("missing scrapes", () => {
  it.each<[what: string, times: readonly number[], missing: number]>([
    ["no sample", [], 0],
    ["one at each interval", [0, 2_000, 4_000, 6_000], 0],
    ["one that is late by less than half an interval", [0, 2_900, 4_000], 0],
    ["a gap of one", [0, 2_000, 6_000, 8_000], 1],
    ["two gaps", [0, 4_000, 12_000], 4],
    ["one too many", [0, 2_000, 2_500, 4_000], 0],
  ])("%s", (_, times, missing) => {
    expect(missingScrapes(times, 2_000)).toBe(missing);
  });
});

describe("missing scrapes of a target whose address was edited", () => {
  it.each<[what: string, series: readonly (readonly number[])[], missing: number]>([
    [
      "almost two intervals between the old address and the new one",
      [
        [5_900, 7_900],
        [0, 2_000],
      ],
      0,
    ],
    ["a gap of one between them", [[0, 2_000], [8_000]], 1],
    [
      "a gap of one at the new address",
      [
        [0, 2_000],
        [5_000, 9_000],
      ],
      1,
    ],
    [
      "both at the same time",
      [
        [0, 2_000, 4_000],
        [3_000, 5_000],
      ],
      0,
    ],
  ])("%s", (_, series, missing) => {
    expect(missingThroughEdits(series, 2_000)).toBe(missing);
  });
});

it("tells numbers that are lost from those that came twice", () => {
  expect(miscounted([1, 2, 4, 4], 5)).toEqual({ lost: [3, 5], doubled: [4] });
});
