import { casesOf, fires, noData, quiet, resolves, type RuleCase } from "../../../support/rule-case";
import { scraped } from "../../../support/rule-series";
import { hold, minutes, zeroFor } from "./shapes";

const DAY = 86_400;
const check = scraped("gateway");
/** The date of the certificate as each check sees it; the first check is at second 0. */
const expiry = (values: string) => ({ [check("probe_ssl_earliest_cert_expiry")]: values });

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
];
