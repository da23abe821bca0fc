import { ACME_SERVICE } from "../acme/files";
import { FAILED_ATTEMPTS } from "../acme/run-script";
import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { type RuleGroup, ruleGroup } from "./rule";

/** That the gateway's certificate is not renewed, weeks before it ends. */
export function acmeRules(settings: Settings): RuleGroup {
  const { for: forMs } = settings.alerts.GatewayCertificateNotRenewed;
  return ruleGroup(settings, {
    name: "acme",
    evaluator: "prometheus",
    alerts: [
      {
        name: "GatewayCertificateNotRenewed",
        expr: `${FAILED_ATTEMPTS}{job="${ACME_SERVICE}"} > 0`,
        forMs,
        severity: "warning",
        summary: "The gateway gets no new certificate",
        description:
          `The last {{ printf "%.0f" $value }} attempts to get a certificate for the gateway have failed, for ${prometheusDuration(forMs)} (limit 0). ` +
          "The one before stays in force until it ends; without one, nobody comes in.",
        dashboard: "monitoring",
      },
    ],
  });
}
