import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import { prometheusDuration, seconds } from "../units";
import { hasTls, probes } from "./probes";
import { type AlertOptions, type RuleGroup, ruleGroup, type Severity } from "./rule";
import { probeWindow } from "./window";

/** The site's certificates; nothing where it is probed by http alone. */
export function tlsRules(settings: Settings): RuleGroup {
  const { TlsExpirySoon, TlsExpiryVerySoon } = settings.alerts;
  const alerts = [
    expirySoon(settings, { name: "TlsExpirySoon", severity: "warning", ...TlsExpirySoon }),
    expirySoon(settings, { name: "TlsExpiryVerySoon", severity: "critical", ...TlsExpiryVerySoon }),
    expired(settings),
  ];
  return ruleGroup(settings, {
    name: "tls",
    evaluator: "prometheus",
    alerts: hasTls(settings) ? alerts : [],
  });
}

interface Expiry {
  readonly name: AlertName;
  readonly severity: Severity;
  readonly before: number;
  readonly over: number;
  readonly for: number;
}

/** The last one seen: a failed check says nothing of the certificate, and must not end the alert. */
function expiryTime(settings: Settings, overMs: number): string {
  const expiry = probes(settings, "probe_ssl_earliest_cert_expiry");
  return `last_over_time(${expiry}${probeWindow(settings, overMs)})`;
}

function expirySoon(settings: Settings, expiry: Expiry): AlertOptions {
  return {
    name: expiry.name,
    expr: `${expiryTime(settings, expiry.over)} - time() < ${seconds(expiry.before)}`,
    forMs: expiry.for,
    severity: expiry.severity,
    summary: "{{ $labels.site }}: the certificate expires in {{ $value | humanizeDuration }}",
    description:
      `The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }} ` +
      `(limit ${prometheusDuration(expiry.before)}). From then on browsers refuse the site.`,
    dashboard: "uptime",
  };
}

/** An expired certificate fails the check, so its date is that of the last good check. */
function expired(settings: Settings): AlertOptions {
  return {
    name: "TlsExpired",
    expr: `time() - ${expiryTime(settings, settings.alerts.TlsExpired.over)} > 0`,
    severity: "critical",
    summary: "{{ $labels.site }}: the certificate has expired: {{ $labels.instance }}",
    description:
      "The certificate of {{ $labels.instance }} expired {{ $value | humanizeDuration }} ago. " +
      "Browsers refuse the site, and so do the checks.",
    dashboard: "uptime",
  };
}
