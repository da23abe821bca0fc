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

/** Checks by the minute of the site's own page, and of two more. */
function checks(page: string, checkout: string, login = "1x20", api = "1x20"): Series {
  return {
    [probed("page")("probe_success")]: page,
    [probed("api")("probe_success")]: api,
    [probed("checkout")("probe_success")]: checkout,
    [probed("login")("probe_success")]: login,
  };
}

/** What Prometheus knows of the two pages, and the results that come of them. */
function known(checkout: string, login: string, results: Series = {}): Series {
  return {
    ...own("1x20", "1x20"),
    [probed("checkout")("up")]: checkout,
    [probed("login")("up")]: login,
    ...results,
  };
}

/** The same of the site's own two URLs, which are always known. */
function own(page: string, api: string): Series {
  return {
    [probed("page")("probe_success")]: page,
    [probed("api")("probe_success")]: api,
    [probed("page")("up")]: "1x20",
    [probed("api")("up")]: "1x20",
  };
}

const results = (checkout: string, login: string): Series => ({
  [probed("checkout")("probe_success")]: checkout,
  [probed("login")("probe_success")]: login,
});

const BOTH_KNOWN = known("1x20", "1x20", results("1x20", "1x20"));
const ON_PAGES = { on: "pages", every: "1m" } as const;
const DOWN = "1 1 1 0x12";

export const pageCases: readonly RuleCase[] = [
  ...casesOf(
    "PageDown",
    [
      fires({ name: "one of them", series: checks("1x20", DOWN), at: "5m30s" }),
      fires({ name: "both of them", series: checks("1x20", DOWN, DOWN), at: "5m30s", count: 2 }),
      fires({
        name: "one, and one failed check of the site's own page",
        series: checks("_ _ _ _ 0 _ _", "0x6"),
        at: "5m30s",
      }),
      quiet({ name: "good checks", series: checks("1x20", "1x20"), at: "9m" }),
      quiet({ name: "all of the site", series: checks(DOWN, DOWN, DOWN), at: "9m" }),
      quiet({
        name: "all of the site, its pages a minute before",
        series: checks("1 1 1 1 0x12", DOWN, DOWN),
        at: "6m15s",
      }),
      quiet({
        name: "all of the site is back, its pages a minute later",
        series: checks("0 0 0 0 0 1x9", "0 0 0 0 0 0 1x9", "0 0 0 0 0 0 1x9"),
        at: "6m15s",
      }),
      quiet({ name: "down for a moment less", series: checks("1x20", DOWN), at: "5m" }),
      quiet({ name: "every second check", series: checks("1x20", "1 0 1 0 1 0 1 0 1"), at: "8m" }),
      quiet({ name: "one check so far, and it failed", series: checks("1", "0"), at: "2m" }),
      quiet({ name: "only the site's own page", series: checks(DOWN, "1x20"), at: "8m" }),
      quiet({ name: "only the API", series: checks("1x20", "1x20", "1x20", DOWN), at: "8m" }),
      noData({ at: "9m" }),
      resolves({
        name: "the page answers again",
        series: checks("1x20", "1 0 0 0 0 0 1 1 1"),
        firesAt: "5m30s",
        overAt: "6m15s",
      }),
    ],
    ON_PAGES,
  ),
  ...casesOf(
    "ProbeMissing",
    [
      fires({
        name: "asked for one page, and nothing comes",
        series: known("0x20", "1x20", results("1 1 stale", "1x20")),
        at: "5m15s",
      }),
      fires({
        name: "Blackbox away: every page by its name",
        series: known("0x20", "0x20", results("1 1 stale", "1 1 stale")),
        at: "5m15s",
        count: 2,
      }),
      fires({
        name: "a page that is not in the configuration",
        series: known("1x20", "_", results("1x20", "_")),
        at: "3m30s",
      }),
      fires({
        name: "only the site's own page",
        series: { ...BOTH_KNOWN, ...own("1 1 stale", "1x20") },
        at: "5m15s",
      }),
      fires({
        name: "only the API",
        series: { ...BOTH_KNOWN, ...own("1x20", "1 1 stale") },
        at: "5m15s",
      }),
      quiet({
        name: "the site's own two URLs, for a moment less",
        series: { ...BOTH_KNOWN, ...own("1 1 stale", "1 1 stale") },
        at: "4m45s",
      }),
      quiet({
        name: "a page that is not in the configuration, for a moment less",
        series: known("1x20", "_", results("1x20", "_")),
        at: "2m45s",
      }),
      quiet({
        name: "both are checked, and down",
        series: known("1x20", "1x20", results("0x20", "0x20")),
        at: "9m",
      }),
      quiet({
        name: "asked for one page, and nothing comes, for a moment less",
        series: known("0x20", "1x20", results("1 1 stale", "1x20")),
        at: "4m45s",
      }),
      noData({ at: "3m15s", count: 3 }),
      resolves({
        name: "the results are back",
        series: known("1x20", "1x20", results("1 1 stale _ _ _ 1 1", "1x20")),
        firesAt: "5m15s",
        overAt: "6m15s",
      }),
    ],
    ON_PAGES,
  ),
];
