import type { Settings } from "../settings/settings";
import { prometheusDuration, seconds } from "../units";
import { type RuleGroup, ruleGroup } from "./rule";
import { scrapeWindow } from "./window";

/** Scrape job of the check of the gateway's TLS, as agents find it. */
export const GATEWAY_JOB = "gateway";

/** Matcher of what that check says. */
export const GATEWAY = `job="${GATEWAY_JOB}"`;

/** That agents find no way in, or soon will not. */
export function gatewayRules(settings: Settings): RuleGroup {
  const { GatewayDown, GatewayCertificateExpiring } = settings.alerts;
  const { before, over } = GatewayCertificateExpiring;
  const expiry = `probe_ssl_earliest_cert_expiry{${GATEWAY}}${scrapeWindow(settings, over)}`;
  return ruleGroup(settings, {
    name: "gateway",
    evaluator: "prometheus",
    alerts: [
      {
        name: "GatewayDown",
        expr: `probe_success{${GATEWAY}} == 0`,
        forMs: GatewayDown.for,
        severity: "critical",
        summary: "The gateway lets no agent in",
        description:
          `The gateway has not answered as agents want it for ${prometheusDuration(GatewayDown.for)}: it does not run, ` +
          "or its certificate has expired or is another one. Logs and metrics wait on the app hosts.",
        dashboard: "monitoring",
      },
      {
        name: "GatewayCertificateExpiring",
        // The last one seen: a failed check says nothing of the certificate.
        expr: `last_over_time(${expiry}) - time() < ${seconds(before)}`,
        forMs: GatewayCertificateExpiring.for,
        severity: "warning",
        summary: "The gateway's certificate expires in {{ $value | humanizeDuration }}",
        description:
          `The certificate of the gateway expires in {{ $value | humanizeDuration }} (limit ${prometheusDuration(before)}). ` +
          "From then on no agent hands over logs or metrics.",
        dashboard: "monitoring",
      },
    ],
  });
}
