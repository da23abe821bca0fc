import type { AlertName } from "../../../../configs/thresholds/thresholds";
import {
  casesOf,
  fires,
  noData,
  quiet,
  resolves,
  type RuleCase,
  type Series,
} from "../../../support/rule-case";
import { type Labels, scraped } from "../../../support/rule-series";
import type { VariantName } from "../../../support/rule-variants";
import { minutes, zeroFor } from "./shapes";

/** What each family of exporters calls its series. */
interface Family {
  readonly on: VariantName;
  readonly requests: string;
  readonly duration: string;
  readonly durationLabels: Labels;
  readonly good: Labels;
  readonly bad: Labels;
}

const app = scraped("application", { host: "app" });

const FAMILIES: readonly Family[] = [
  {
    on: "prod",
    requests: "http_requests_total",
    duration: "http_request_duration_highr_seconds",
    durationLabels: {},
    good: { handler: "/api/tasks", method: "GET", status: "2xx" },
    bad: { handler: "/api/tasks", method: "GET", status: "5xx" },
  },
  {
    on: "alloy",
    requests: "starlette_requests_total",
    duration: "starlette_request_duration_seconds",
    durationLabels: { app_name: "app", method: "GET", path: "/api/tasks", status_code: "200" },
    good: { app_name: "app", method: "GET", path: "/api/tasks", status_code: "200" },
    bad: { app_name: "app", method: "GET", path: "/api/tasks", status_code: "503" },
  },
  {
    on: "fastapi",
    requests: "fastapi_responses_total",
    duration: "fastapi_requests_duration_seconds",
    durationLabels: { app_name: "app", method: "GET", path: "/api/tasks" },
    good: { app_name: "app", method: "GET", path: "/api/tasks", status_code: "200" },
    bad: { app_name: "app", method: "GET", path: "/api/tasks", status_code: "503" },
  },
];

function errorCases(family: Family): readonly RuleCase[] {
  const { on, requests } = family;
  const answers = (good: string, bad: string): Series => ({
    [app(requests, family.good)]: good,
    [app(requests, family.bad)]: bad,
  });
  return situations("AppErrorRateHigh", on, {
    // Two requests in 15 s are 40 in the five minutes that the rule looks back.
    high: answers("0+1.8x60", "0+0.2x60"),
    low: answers("0+1.92x60", "0+0.08x60"),
    fewRequests: answers("0+0.25x60", "0+0.25x60"),
    noTraffic: answers("50x60", "50x60"),
    highThenFine: answers("0+1.8x32 57.6+2x60", "0+0.2x32 6.4x60"),
  });
}

/** So many requests in 15 s take less than one second, between two and two and a half, and more. */
function latencyCases(family: Family): readonly RuleCase[] {
  const { on, duration, durationLabels } = family;
  const bucket = (le: string) => app(`${duration}_bucket`, { ...durationLabels, le });
  const took = (fast: string, all: string): Series => ({
    [bucket("1")]: fast,
    [bucket("2")]: fast,
    [bucket("2.5")]: all,
    [bucket("10")]: all,
    [bucket("+Inf")]: all,
    [app(`${duration}_count`, durationLabels)]: all,
  });
  return situations("AppLatencyP95High", on, {
    high: took("0+1.8x60", "0+2x60"),
    low: took("0+1.92x60", "0+2x60"),
    fewRequests: took("0+0.4x60", "0+0.5x60"),
    noTraffic: took("50x60", "100x60"),
    highThenFine: took("0+1.8x32 57.6+2x60", "0+2x32 64+2x60"),
  });
}

interface Situations {
  readonly high: Series;
  readonly low: Series;
  readonly fewRequests: Series;
  readonly noTraffic: Series;
  readonly highThenFine: Series;
}

function situations(alert: AlertName, on: VariantName, of: Situations): readonly RuleCase[] {
  return casesOf(
    alert,
    [
      fires({ name: "too much of it", series: of.high, at: "11m" }),
      quiet({ name: "less of it", series: of.low, at: "14m" }),
      quiet({ name: "P9: too few requests to tell", series: of.fewRequests, at: "14m" }),
      quiet({ name: "P9: no requests at all", series: of.noTraffic, at: "14m" }),
      quiet({ name: "a moment less", series: of.high, at: "6m" }),
      noData({ at: "14m" }),
      resolves({ name: "over", series: of.highThenFine, firesAt: minutes(8), overAt: "15m" }),
    ],
    { on },
  );
}

export const applicationCases: readonly RuleCase[] = [
  ...zeroFor("AppTargetDown", { series: app("up"), holdMinutes: 2, on: "prod" }),
  ...FAMILIES.flatMap((family) => [...errorCases(family), ...latencyCases(family)]),
];
