import { DOCUMENTED, labelSet, liveInventory, metricsOfRules } from "../../support/live-inventory";
import { ALL_CASES } from "./cases/all-cases";

/** P11: series that nobody has make tests pass and alerts silent. Ours are as a live stack had them. */
const captured = liveInventory();

const series = [...new Set(ALL_CASES.flatMap(({ series }) => Object.keys(series)))].map((text) => {
  const [, metric = "", matchers = ""] = /^(\w+)\{(.*)\}$/.exec(text) ?? [];
  const labels = [...matchers.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [
    name,
    value,
  ]);
  return [metric, labelSet(Object.fromEntries(labels) as Record<string, string>)] as const;
});

it("every metric of a rule was seen on a live stack, or is documented by its exporter", () => {
  const known = new Set([...Object.keys(captured), ...Object.keys(DOCUMENTED)]);
  expect(metricsOfRules().filter((metric) => !known.has(metric))).toEqual([]);
  expect(Object.keys(captured).length).toBeGreaterThan(50);
});

it("what was seen live needs no documentation, and is read by some rule", () => {
  expect(Object.keys(captured).filter((metric) => metric in DOCUMENTED)).toEqual([]);
  const read = new Set(metricsOfRules());
  const known = [...Object.keys(captured), ...Object.keys(DOCUMENTED)];
  expect(known.filter((metric) => !read.has(metric))).toEqual([]);
});

it.each([...new Map(series.map((one) => [one.join(" "), one])).values()])(
  "the series %s of the cases has the labels that it has live: %s",
  (metric, labels) => {
    expect(captured[metric] ?? DOCUMENTED[metric]).toContain(labels);
  },
);
