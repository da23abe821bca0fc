import { casesOf, fires, noData, quiet, resolves, type RuleCase } from "../../../support/rule-case";
import { type Labels, scraped } from "../../../support/rule-series";
import { countedWithin, hold, minutes, zeroFor } from "./shapes";

const DAY = 86_400;
const check = scraped("gateway");
/** The date of the certificate as each check sees it; the first check is at second 0. */
const expiry = (values: string) => ({ [check("probe_ssl_earliest_cert_expiry")]: values });

/** What an Alloy that pushes counts of its samples. */
function samples(fate: "dropped" | "failed", labels: Labels = {}): string {
  const of = scraped("alloy", { host: "app", service: "app-alloy" });
  return of(`prometheus_remote_storage_samples_${fate}_total`, {
    component_id: "prometheus.remote_write.gateway",
    component_path: "/",
    remote_name: "8b5a1c",
    url: "https://10.0.0.2:8443/api/v1/write",
    ...labels,
  });
}

const lostCases: readonly RuleCase[] = [
  samples("failed"),
  samples("dropped", { reason: "too_old" }),
].flatMap((series) =>
  countedWithin("PushedSamplesLost", { series, overMinutes: 15, holdMinutes: 0, on: "push" }),
);

const failed = scraped("acme", { service: "gateway" })("sightline_acme_failed_attempts");
const twice = `${hold(0, 5)} ${hold(1, 10)} ${hold(2, 60)}`;

const notRenewed = casesOf(
  "GatewayCertificateNotRenewed",
  [
    fires({ name: "failures for an hour", series: { [failed]: twice }, at: minutes(66, 1) }),
    quiet({ name: "a moment less", series: { [failed]: twice }, at: minutes(65, -1) }),
    quiet({ name: "none", series: { [failed]: hold(0, 90) }, at: minutes(80) }),
    noData({ at: minutes(80) }),
    resolves({
      name: "renewed at last",
      series: { [failed]: `${hold(3, 70)} ${hold(0, 5)}` },
      firesAt: minutes(65),
      overAt: minutes(72),
    }),
  ],
  { on: "acme" },
);

/** The way in for agents. */
export const gatewayCases: readonly RuleCase[] = [
  ...zeroFor("GatewayDown", { series: check("probe_success"), holdMinutes: 1, on: "push" }),
  ...casesOf(
    "GatewayCertificateExpiring",
    [
      fires({ name: "20 days", series: expiry(hold(20 * DAY, 80)), at: minutes(60, 1) }),
      fires({
        name: "checks have failed since",
        series: expiry(hold(20 * DAY, 40)),
        at: minutes(75),
      }),
      quiet({ name: "22 days", series: expiry(hold(22 * DAY, 80)), at: minutes(70) }),
      quiet({ name: "a moment less", series: expiry(hold(20 * DAY, 80)), at: minutes(60, -1) }),
      noData({ at: minutes(70) }),
      resolves({
        name: "a new certificate",
        series: expiry(`${hold(20 * DAY, 70)} ${hold(730 * DAY, 5)}`),
        firesAt: minutes(65),
        overAt: minutes(72),
      }),
    ],
    { on: "push", evaluated: "30s" },
  ),
  ...notRenewed,
  ...lostCases,
  ...casesOf(
    "PushedSamplesLost",
    [
      quiet({
        name: "dropped because they were meant to be",
        series: { [samples("dropped", { reason: "dropped_series" })]: "0+10x40" },
        at: minutes(5),
      }),
    ],
    { on: "push" },
  ),
];
