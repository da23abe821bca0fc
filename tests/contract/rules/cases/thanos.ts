import { casesOf, fires, noData, quiet, resolves, type RuleCase } from "../../../support/rule-case";
import { scraped } from "../../../support/rule-series";
import { hold, minutes } from "./shapes";

const uploads = scraped("thanos", { service: "thanos-sidecar" })(
  "thanos_shipper_dir_sync_failures_total",
);
const halted = scraped("thanos", { service: "thanos-compactor" })("thanos_compact_halted");

/** Long-term metrics. */
export const thanosCases: readonly RuleCase[] = [
  ...casesOf(
    "ThanosUploadFailing",
    [
      fires({ name: "every upload fails", series: { [uploads]: "0+1x140" }, at: minutes(30, 1) }),
      quiet({ name: "a moment less", series: { [uploads]: "0+1x140" }, at: minutes(30) }),
      quiet({
        name: "one upload failed",
        series: { [uploads]: `0x4 ${hold(1, 40)}` },
        at: minutes(32),
      }),
      noData({ at: minutes(32) }),
      resolves({
        name: "uploads fail, then succeed",
        series: { [uploads]: `0+1x128 ${hold(128, 30)}` },
        firesAt: minutes(30, 1),
        overAt: minutes(47, 2),
      }),
    ],
    { on: "longTerm" },
  ),
  ...casesOf(
    "ThanosCompactorHalted",
    [
      fires({ name: "it has stopped", series: { [halted]: hold(1, 8) }, at: minutes(5, 1) }),
      quiet({ name: "a moment less", series: { [halted]: hold(1, 8) }, at: minutes(5, -1) }),
      quiet({ name: "it works", series: { [halted]: hold(0, 20) }, at: minutes(15) }),
      noData({ at: minutes(10) }),
      resolves({
        name: "it was started again",
        series: { [halted]: `${hold(1, 7)} ${hold(0, 3)}` },
        firesAt: minutes(5, 1),
        overAt: minutes(7, 2),
      }),
    ],
    { on: "longTerm" },
  ),
];
