import { readFileSync } from "node:fs";
import { join } from "node:path";

import { bucketCost, PRICES } from "../../../../configs/storage/cost";
import { repositoryRoot } from "../../../support/fixtures";

const volume = (gibPerDay: number, days = 7) => ({
  gibPerDay,
  streams: 60,
  retentionMs: days * 86_400_000,
});

describe("what a bucket of logs costs", () => {
  it("is next to nothing for a small site: what Loki asks of its bucket by itself", () => {
    const cost = bucketCost("gcs", volume(0.125));
    expect(cost).toEqual({
      objects: 1_438,
      storedGib: 0.21875,
      writesPerMonth: 105_163,
      readsPerMonth: 6_000,
      dollarsPerMonth: expect.closeTo(0.533, 3) as number,
    });
  });

  it("is storage and objects in equal parts for a large one", () => {
    expect(bucketCost("gcs", volume(20))).toEqual({
      objects: 29_730,
      storedGib: 35,
      writesPerMonth: 226_416,
      readsPerMonth: 6_000,
      dollarsPerMonth: expect.closeTo(1.886, 3) as number,
    });
  });

  it("grows with the days that logs are kept, at the store's own price", () => {
    const week = bucketCost("s3", volume(20));
    const month = bucketCost("s3", volume(20, 30));
    expect(month.storedGib / week.storedGib).toBeCloseTo(30 / 7, 9);
    expect(month.writesPerMonth).toBe(week.writesPerMonth);
    expect(month.dollarsPerMonth).toBeCloseTo(4.839, 3);
  });

  it.each([0.1, 1, 10])("is what docs/storage.md says of %s GiB a day", (gibPerDay) => {
    const { objects, storedGib, writesPerMonth, dollarsPerMonth } = bucketCost(
      "gcs",
      volume(gibPerDay),
    );
    const row = [
      `${gibPerDay} GiB`,
      `${storedGib.toFixed(1)} GiB`,
      objects.toLocaleString("en"),
      writesPerMonth.toLocaleString("en"),
      `$${dollarsPerMonth.toFixed(2)}`,
    ];
    const docs = readFileSync(join(repositoryRoot, "docs", "storage.md"), "utf8");
    expect(docs).toContain(`| ${row.join(" | ")} |`);
  });

  it.each([
    ["gcs", "Google, Standard"],
    ["s3", "S3 Standard"],
  ] as const)("is reckoned by the prices of docs/storage.md: %s", (kind, store) => {
    const docs = readFileSync(join(repositoryRoot, "docs", "storage.md"), "utf8");
    const row = docs.split("\n").find((line) => line.startsWith(`| ${store}`)) ?? "";
    const { gigabyteMonth, thousandWrites, thousandReads } = PRICES[kind];
    const prices = [...row.matchAll(/\$(\d\.\d+)/g)].map(([, price]) => Number(price));
    expect(prices).toEqual([gigabyteMonth, thousandWrites, thousandReads]);
  });
});
