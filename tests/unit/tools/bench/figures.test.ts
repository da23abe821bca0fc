import { median, percentile, ratio, type Row } from "../../../../tools/bench/figures";

describe("the median", () => {
  it.each<[samples: readonly number[], middle: number]>([
    [[7], 7],
    [[3, 1, 2], 2],
    [[10, 1, 100, 2], 6],
    [[9, 10, 1, 100, 2], 9],
  ])("of %j is %d", (samples, middle) => {
    expect(median(samples)).toBe(middle);
  });

  it("leaves the figures in their order, and needs one", () => {
    const samples = [3, 1, 2];
    median(samples);
    expect(samples).toEqual([3, 1, 2]);
    expect(() => median([])).toThrow("a median needs at least one figure");
  });
});

describe("a percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [1, 1],
    [50, 50],
    [99, 99],
    [100, 100],
  ])("p%d of 1 to 100 is %d", (percent, figure) => {
    expect(percentile(hundred, percent)).toBe(figure);
  });

  it("is a figure that was measured, and needs one", () => {
    expect(percentile([2, 8], 50)).toBe(2);
    expect(percentile([2, 8], 51)).toBe(8);
    expect(() => percentile([], 50)).toThrow("a percentile needs at least one figure");
  });
});

describe("the ratio", () => {
  const row = (samples: readonly number[], versus?: readonly number[]): Row => ({
    ...{ what: "up", unit: "s", samples, evidence: "real" },
    ...(versus ? { versus: { what: "Terraform", samples: versus } } : {}),
  });

  it.each<[what: string, row: Row, times: number | undefined]>([
    ["median over median", row([9, 3, 4], [2, 1, 8]), 2],
    ["nothing to compare with", row([1]), undefined],
    ["nothing to divide by", row([1], [0, 0, 4]), undefined],
  ])("%s", (_, one, times) => {
    expect(ratio(one)).toBe(times);
  });
});
