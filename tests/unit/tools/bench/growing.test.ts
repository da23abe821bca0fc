import { growingRows } from "../../../../tools/bench/growing";

test("what grows is one row for each size, held against the fewest", () => {
  const samples = new Map([
    [1, [10, 12]],
    [10, [30]],
  ]);
  const size = (count: number) => `${count} app hosts`;
  const fewest = (count: number) => `${count} app host`;
  expect(growingRows({ what: "alert rules", unit: "rules", size, fewest }, samples)).toEqual([
    { what: "alert rules, 1 app hosts", unit: "rules", samples: [10, 12], evidence: "real" },
    {
      what: "alert rules, 10 app hosts",
      unit: "rules",
      samples: [30],
      evidence: "real",
      versus: { what: "1 app host", samples: [10, 12] },
    },
  ]);
});
