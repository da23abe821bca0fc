import { casesOf, fires, noData, quiet, resolves, type RuleCase } from "../../../support/rule-case";
import { scraped } from "../../../support/rule-series";
import { countedWithin, hold, minutes, shareOf, zeroFor } from "./shapes";

const loki = scraped("loki");

function request(status_code: string): string {
  return loki("loki_request_duration_seconds_count", {
    method: "POST",
    route: "loki_api_v1_push",
    status_code,
    ws: "false",
  });
}

const operations = (what: string, operation = "upload") =>
  loki(`loki_objstore_bucket_${what}_total`, { operation });
const ruleFailures = loki("loki_prometheus_rule_evaluation_failures_total", {
  rule_group: "/tmp/rules/fake/http.yml;http",
  user: "fake",
});
const rulesTaken = loki("loki_ruler_config_last_reload_successful", { user: "fake" });

const lastRun = loki("loki_compactor_apply_retention_last_successful_run_timestamp_seconds");
const started = loki("process_start_time_seconds");
const HOURS = 60;

export const lokiCases: readonly RuleCase[] = [
  ...zeroFor("LokiDown", { series: loki("up"), holdMinutes: 2 }),
  ...shareOf("LokiRequestErrors", {
    part: request("500"),
    all: request("204"),
    isRest: true,
    high: 12,
    low: 5,
    overMinutes: 15,
    holdMinutes: 15,
  }),
  ...countedWithin("LokiDiscardedSamples", {
    series: loki("loki_discarded_samples_total", {
      format: "json",
      reason: "rate_limited",
      retention_hours: "168",
      tenant: "fake",
    }),
    overMinutes: 15,
    holdMinutes: 10,
  }),
  ...shareOf("LokiObjectStoreErrors", {
    part: operations("operation_failures"),
    all: operations("operations"),
    high: 12,
    low: 5,
    overMinutes: 5,
    holdMinutes: 1,
    on: "prod",
  }),
  ...casesOf(
    "LokiObjectStoreErrors",
    [
      quiet({
        name: "only looks for what is not there",
        series: {
          [operations("operation_failures", "get")]: "0+50x8",
          [operations("operations", "get")]: "0+50x8",
          [operations("operation_failures", "iter")]: "0x8",
          [operations("operations", "iter")]: "0+50x8",
        },
        at: minutes(1, 1),
      }),
    ],
    { on: "prod" },
  ),
  ...countedWithin("LokiFlushFailing", {
    series: loki("loki_ingester_chunks_flush_failures_total"),
    overMinutes: 30,
    holdMinutes: 5,
  }),
  ...countedWithin("LokiRulerFailing", { series: ruleFailures, overMinutes: 15, holdMinutes: 10 }),
  ...zeroFor("LokiRulerFailing", { series: rulesTaken, holdMinutes: 10 }),
  ...casesOf(
    "LokiCompactorStalled",
    [
      fires({
        name: "the last success is long ago",
        series: { [lastRun]: hold(60, 5 * HOURS), [started]: hold(0, 5 * HOURS) },
        at: minutes(3 * HOURS + 2),
      }),
      fires({
        name: "never a success since the start",
        series: { [lastRun]: hold(0, 5 * HOURS), [started]: hold(60, 5 * HOURS) },
        at: minutes(3 * HOURS + 2),
      }),
      quiet({
        name: "two hours ago",
        series: { [lastRun]: hold(60, 5 * HOURS), [started]: hold(0, 5 * HOURS) },
        at: minutes(2 * HOURS),
      }),
      quiet({
        name: "a success of late, started long ago",
        series: { [lastRun]: hold(4 * HOURS * 60, 6 * HOURS), [started]: hold(1, 6 * HOURS) },
        at: minutes(5 * HOURS),
      }),
      quiet({
        name: "just started, without a success so far",
        series: { [lastRun]: hold(0, 6 * HOURS), [started]: hold(4 * HOURS * 60, 6 * HOURS) },
        at: minutes(5 * HOURS),
      }),
      noData({ at: minutes(4 * HOURS) }),
      resolves({
        name: "a success at last",
        series: {
          [lastRun]: `${hold(60, 4 * HOURS)} ${hold(4 * HOURS * 60, 10)}`,
          [started]: hold(0, 5 * HOURS),
        },
        firesAt: minutes(3 * HOURS + 2),
        overAt: minutes(4 * HOURS + 2),
      }),
    ],
    { evaluated: "1m" },
  ),
];
