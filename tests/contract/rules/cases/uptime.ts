import {
  casesOf,
  fires,
  noData,
  quiet,
  resolves,
  type RuleCase,
  type Series,
} from "../../../support/rule-case";
import { probed } from "../../../support/rule-series";

/** Checks of the page and of the API by the minute. */
function checks(page: string, api: string): Series {
  return { [probed("page")("probe_success")]: page, [probed("api")("probe_success")]: api };
}

const MINUTELY = { every: "1m" };

export const uptimeCases: readonly RuleCase[] = [
  ...casesOf(
    "WebsiteDown",
    [
      fires({ name: "two failed checks", series: checks("1 1 1 0 0 0", "1x5"), at: "4m15s" }),
      fires({ name: "page and API down", series: checks("1 1 0x8", "1 1 0x8"), at: "9m" }),
      fires({ name: "not one good check so far", series: checks("0x3", "1x3"), at: "2m15s" }),
      quiet({ name: "good checks", series: checks("1x10", "1x10"), at: "9m" }),
      quiet({ name: "P1: one failed check", series: checks("1 1 1 0 1 1 1", "1x6"), at: "3m45s" }),
      quiet({ name: "one check so far, and it failed", series: checks("0", "0"), at: "15s" }),
      quiet({
        name: "every second check failed",
        series: checks("1 0 1 0 1 0 1 0", "1x7"),
        at: "7m15s",
      }),
      quiet({ name: "only the API down", series: checks("1x10", "1 1 1 0x7"), at: "8m" }),
      noData({ at: "9m" }),
      noData({
        name: "P4: the prober is gone",
        series: checks("1 1 stale", "1 1 stale"),
        at: "9m",
      }),
      resolves({
        name: "the first good check after an outage",
        series: checks("0 0 0 1 1", "1x4"),
        firesAt: "2m45s",
        overAt: "3m15s",
      }),
    ],
    MINUTELY,
  ),
  ...casesOf(
    "ApiDown",
    [
      fires({ name: "P5: only the API down", series: checks("1x10", "1 1 1 0x7"), at: "5m30s" }),
      fires({
        name: "the API down, and one failed check of the page",
        series: checks("_ _ _ _ 0 _ _", "0x6"),
        at: "5m30s",
      }),
      quiet({ name: "good checks", series: checks("1x10", "1x10"), at: "9m" }),
      quiet({ name: "page and API down", series: checks("1 1 0x8", "1 1 0x8"), at: "9m" }),
      quiet({ name: "down for a moment less", series: checks("1x10", "1 1 1 0x7"), at: "5m" }),
      quiet({ name: "one check so far, and it failed", series: checks("1", "0"), at: "2m" }),
      quiet({ name: "only the page down", series: checks("1 1 1 0x7", "1x10"), at: "8m" }),
      noData({ at: "9m" }),
      resolves({
        name: "the API answers again",
        series: checks("1x10", "1 0 0 0 0 0 1 1 1"),
        firesAt: "5m30s",
        overAt: "6m15s",
      }),
    ],
    MINUTELY,
  ),
  ...casesOf(
    "ProbeMissing",
    [
      fires({ name: "the page's probe is gone", series: checks("1 1 stale", "1x12"), at: "5m15s" }),
      fires({ name: "the API's probe is gone", series: checks("1x12", "1 1 stale"), at: "5m15s" }),
      quiet({ name: "both are there", series: checks("1x12", "0x12"), at: "9m" }),
      quiet({ name: "gone for a moment", series: checks("1 1 stale _ 1 1 1", "1x12"), at: "6m" }),
      quiet({ name: "gone for a moment less", series: checks("1 1 stale", "1x12"), at: "4m45s" }),
      noData({ at: "3m15s", count: 2 }),
      resolves({
        name: "the probe is back",
        series: checks("1 1 stale _ _ _ 1 1", "1x12"),
        firesAt: "5m15s",
        overAt: "6m15s",
      }),
    ],
    MINUTELY,
  ),
  ...casesOf(
    "WebsiteFlapping",
    [
      fires({ name: "five changes", series: checks("1 0 1 0 1 0 0", "1x6"), at: "5m" }),
      fires({ name: "five changes of the API", series: checks("1x6", "1 0 1 0 1 0 0"), at: "5m" }),
      quiet({ name: "four changes", series: checks("1 0 1 0 1 1 1", "1x6"), at: "6m" }),
      quiet({ name: "an outage", series: checks("1 1 0 0 0 1 1", "1x6"), at: "6m" }),
      noData({ at: "9m" }),
      resolves({
        name: "five changes, then half an hour of peace",
        series: checks("1 0 1 0 1 0x40", "1x45"),
        firesAt: "5m",
        overAt: "36m",
      }),
    ],
    MINUTELY,
  ),
];
