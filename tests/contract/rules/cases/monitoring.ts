import { casesOf, fires, noData, quiet, resolves, type RuleCase } from "../../../support/rule-case";
import { scraped } from "../../../support/rule-series";
import { countedWithin, hold, minutes, shareOf, zeroFor } from "./shapes";

/** Monitoring watching itself: targets, Alertmanager, Grafana, Blackbox. */
const [alertmanager, grafana, blackbox, cadvisor, loki] = [
  "alertmanager",
  "grafana",
  "blackbox-exporter",
  "cadvisor",
  "loki",
].map((job) => scraped(job)) as [Of, Of, Of, Of, Of];
type Of = ReturnType<typeof scraped>;

const up = alertmanager("up");

export const monitoringCases: readonly RuleCase[] = [
  ...casesOf("Watchdog", [
    fires({ name: "all is well", series: { [up]: "1x4" }, at: "1m" }),
    noData({ at: "1m", count: 1 }),
  ]),
  ...zeroFor("TargetDown", { series: cadvisor("up"), holdMinutes: 3 }),
  ...casesOf("TargetDown", [
    quiet({
      name: "a target that has an alert of its own",
      series: { [loki("up")]: hold(0, 10) },
      at: "9m",
    }),
  ]),
  ...zeroFor("GrafanaDown", { series: grafana("up"), holdMinutes: 5 }),
  ...shareOf("GrafanaRequestsFailing", {
    part: request("500"),
    all: request("200"),
    isRest: true,
    high: 60,
    low: 40,
    overMinutes: 15,
    holdMinutes: 5,
  }),
  ...zeroFor("BlackboxReloadFailed", {
    series: blackbox("blackbox_exporter_config_last_reload_successful"),
    holdMinutes: 5,
  }),
  ...zeroFor("AlertmanagerReloadFailed", {
    series: alertmanager("alertmanager_config_last_reload_successful"),
    holdMinutes: 5,
  }),
  ...shareOf("NotificationsFailing", {
    part: alertmanager("alertmanager_notifications_failed_total", {
      integration: "email",
      reason: "other",
    }),
    all: alertmanager("alertmanager_notifications_total", { integration: "email" }),
    high: 2,
    low: 0.5,
    overMinutes: 15,
    holdMinutes: 5,
  }),
  ...casesOf("NotificationsFailing", [
    quiet({
      name: "failures of one channel are not those of another",
      series: {
        [alertmanager("alertmanager_notifications_failed_total", {
          integration: "slack",
          reason: "other",
        })]: "0+50x40",
        [alertmanager("alertmanager_notifications_total", { integration: "email" })]: "0+100x40",
      },
      at: "9m",
    }),
  ]),
  ...casesOf("AlertmanagerDown", [
    fires({ name: "does not answer", series: { [up]: hold(0, 5) }, at: minutes(2, 1) }),
    fires({
      name: "is not scraped any more",
      series: { [loki("up")]: hold(1, 5) },
      at: minutes(2, 1),
    }),
    quiet({ name: "answers", series: { [up]: hold(1, 5) }, at: "4m" }),
    quiet({
      name: "does not answer for a moment",
      series: { [up]: hold(0, 5) },
      at: minutes(2, -1),
    }),
    noData({ at: minutes(2, 1), count: 1 }),
    resolves({
      name: "answers again",
      series: { [up]: `${hold(0, 3)} ${hold(1, 2)}` },
      firesAt: minutes(2, 1),
      overAt: minutes(3, 2),
    }),
  ]),
];

function request(status_code: string): string {
  return grafana("grafana_http_request_duration_seconds_count", {
    handler: "/api/ds/query",
    method: "POST",
    status_code,
  });
}

const prometheus = scraped("prometheus");
const discovered = prometheus("prometheus_notifications_alertmanagers_discovered");
const sent = (what: "errors" | "sent") =>
  prometheus(`prometheus_notifications_${what}_total`, {
    alertmanager: "http://alertmanager:9093/api/v2/alerts",
  });
const tsdb = [
  "prometheus_tsdb_wal_corruptions_total",
  "prometheus_tsdb_compactions_failed_total",
  "prometheus_tsdb_reloads_failures_total",
].map((metric) => prometheus(metric));
const looks = (config: string) =>
  prometheus("prometheus_sd_refresh_failures_total", { config, mechanism: "ec2" });
const sizes = (used: string) => ({
  [prometheus("prometheus_tsdb_storage_blocks_bytes")]: used,
  [prometheus("prometheus_tsdb_retention_limit_bytes")]: hold(1_000, 80),
});

export const prometheusCases: readonly RuleCase[] = [
  ...zeroFor("PrometheusReloadFailed", {
    series: prometheus("prometheus_config_last_reload_successful"),
    holdMinutes: 5,
  }),
  ...countedWithin("PrometheusRuleFailures", {
    series: prometheus("prometheus_rule_evaluation_failures_total", { rule_group: "a.yml;a" }),
    overMinutes: 15,
    holdMinutes: 0,
  }),
  ...zeroFor("PrometheusNoAlertmanager", { series: discovered, holdMinutes: 10 }),
  ...shareOf("PrometheusNoAlertmanager", {
    part: sent("errors"),
    all: sent("sent"),
    high: 4,
    low: 2,
    overMinutes: 15,
    holdMinutes: 10,
  }),
  ...tsdb.flatMap((series) =>
    countedWithin("PrometheusTsdbTrouble", {
      series,
      beside: tsdb.filter((other) => other !== series),
      overMinutes: 180,
      holdMinutes: 60,
      evaluatedMinutes: 1,
    }),
  ),
  ...casesOf("PrometheusNotIngesting", [
    fires({
      name: "others are stored, but not its own",
      series: { [up]: hold(1, 15) },
      at: minutes(10, 1),
    }),
    quiet({ name: "its own are stored", series: { [prometheus("up")]: hold(1, 15) }, at: "14m" }),
    quiet({ name: "not stored for a moment", series: {}, at: minutes(10, -1) }),
    noData({ at: minutes(10, 1), count: 1 }),
    resolves({
      name: "stored again",
      series: { [prometheus("up")]: `_x44 ${hold(1, 5)}` },
      firesAt: minutes(10, 1),
      overAt: "12m",
    }),
  ]),
  ...casesOf(
    "DiscoveryFailing",
    [
      fires({
        name: "every look fails, of one of two jobs",
        series: { [looks("ec2-cadvisor")]: hold(0, 17), [looks("ec2-node-exporter")]: "0+1x68" },
        at: minutes(15, 1),
      }),
      quiet({
        name: "every look fails, but a moment less",
        series: { [looks("ec2-cadvisor")]: "0+1x68" },
        at: minutes(15),
      }),
      quiet({
        name: "one look failed",
        series: { [looks("ec2-cadvisor")]: `0x4 ${hold(1, 20)}` },
        at: "18m",
      }),
      noData({ at: "18m" }),
      resolves({
        name: "looks fail, then succeed",
        series: { [looks("ec2-cadvisor")]: `0+1x64 ${hold(64, 10)}` },
        firesAt: minutes(15, 1),
        overAt: minutes(21, 2),
      }),
    ],
    { on: "exporters" },
  ),
  ...casesOf("PrometheusNearSizeCap", [
    fires({ name: "95 %", series: sizes(hold(950, 80)), at: minutes(60, 1) }),
    quiet({ name: "85 %", series: sizes(hold(850, 80)), at: "70m" }),
    quiet({ name: "95 % for a moment less", series: sizes(hold(950, 80)), at: minutes(60, -1) }),
    noData({ at: "61m" }),
    resolves({
      name: "95 %, then 50 %",
      series: sizes(`${hold(950, 62)} ${hold(500, 10)}`),
      firesAt: minutes(60, 1),
      overAt: "64m",
    }),
  ]),
];
