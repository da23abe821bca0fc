import type { AlertName } from "../thresholds/thresholds";
import { type Inhibition, ladder, mutes } from "./inhibition";

/** What users see is told; that their requests fail or are slow follows. */
const ERRORS: readonly AlertName[] = [
  "Http5xxBurst",
  "HighErrorRate",
  "High5xxRate",
  "AppErrorRateHigh",
  "AppTargetDown",
  "NginxUpstreamErrors",
  "NginxErrorLogBurst",
  "Client499Spike",
  "TrafficDrop",
  "AppLogsMissing",
];

/** Slow to visitors, and slow to the probes. */
export const SLOW_REQUESTS: readonly AlertName[] = [
  "RequestLatencyP95High",
  "AppLatencyP95High",
  "SlowRequestShare",
];
export const SLOW_PROBES: readonly AlertName[] = ["ProbeLatencyP95High", "TtfbHigh"];

const PROBED: readonly AlertName[] = [
  "WebsiteFlapping",
  ...SLOW_PROBES,
  "DnsSlow",
  "AvailabilityBurnFast",
  "AvailabilityBurnSlow",
];

/** A site that is down has failing checks, and requests that fail or do not come. */
export const siteDown: readonly Inhibition[] = [
  mutes("site-down-probes", {
    by: "WebsiteDown",
    muted: ["ApiDown", "PageDown", ...PROBED],
    same: ["site"],
  }),
  // Alerts from logs know no site: an environment has one.
  mutes("site-down-logs", {
    by: "WebsiteDown",
    muted: [...ERRORS, ...SLOW_REQUESTS, "NginxLogsMissing", "RumSilent"],
  }),
  mutes("api-down-probes", { by: "ApiDown", muted: PROBED, same: ["site"] }),
  mutes("page-down-probes", { by: "PageDown", muted: PROBED, same: ["site", "instance"] }),
  mutes("api-down-logs", { by: "ApiDown", muted: [...ERRORS, ...SLOW_REQUESTS] }),
];

const ANY_5XX: readonly AlertName[] = ["Http5xxBurst", "High5xxRate"];

/** The burst comes first because it waits for nothing: what follows it minutes later is no news. */
export const serverErrors: readonly Inhibition[] = [
  ...ladder("server-errors", ["Http5xxBurst", "HighErrorRate", "High5xxRate"], ["host"]),
  mutes("server-errors-application", {
    by: { alerts: [...ANY_5XX, "HighErrorRate"], and: ['severity="critical"'] },
    muted: ["AppErrorRateHigh", "AppErrorBurst"],
    same: ["host"],
  }),
  // Not by HighErrorRate: visitors who ask for what is not there say nothing about exceptions.
  mutes("server-errors-exceptions", {
    by: { alerts: ANY_5XX, and: ['severity="critical"'] },
    muted: ["UnhandledExceptions"],
    same: ["host"],
  }),
];

/** Of the ways in which an application tells its trouble the cause is told. */
export const application: readonly Inhibition[] = [
  mutes("database-unreachable", {
    by: "DbConnectionErrors",
    muted: ["UnhandledExceptions", "AppErrorBurst", "CeleryBrokerLost"],
    same: ["host"],
  }),
  mutes("exceptions", { by: "UnhandledExceptions", muted: ["AppErrorBurst"], same: ["host"] }),
  ...ladder("browser-errors", ["JsErrorSpike", "JsErrorRatio"], ["host"]),
  ...ladder("celery", ["CeleryBrokerLost", "CeleryWorkerLost", "CeleryStalled"], ["host"]),
];
