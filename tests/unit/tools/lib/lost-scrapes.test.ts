import { miscounted, missingScrapes } from "../../../../tools/lib/lost-scrapes";

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

it("tells numbers that are lost from those that came twice", () => {
  expect(miscounted([1, 2, 4, 4], 5)).toEqual({ lost: [3, 5], doubled: [4] });
});
