import { SERVER_DOWN } from "../exporters/server-down";
import { gatewayUsers } from "../gateway/route";
import { type Gathered, groupsFor } from "../gathered";
import { type LogRoute, routeOf } from "../logs/routes";
import type { LogDirectory } from "../logs/sources";
import { homeOf } from "../placement";
import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import { type Inhibition, ladder, type Matched, mutes } from "./inhibition";

/**
 * One fault is told once: what follows from it is muted. Two things hold for all of these rules, and
 * tests see to it. A source is never quieter than its target, or quiet hours would swallow both. And no
 * chain of rules comes back to its beginning, or its alerts would mute each other and nobody be told.
 * What happened before its cause was known has been told already; nothing takes a message back.
 */
export function inhibitions(settings: Settings, gathered: Gathered): readonly Inhibition[] {
  return [
    ...siteDown,
    ...serverErrors,
    ...ladder("slow", [...SLOW_REQUESTS, ...SLOW_PROBES]),
    ...application,
    ...ladder("certificate", ["TlsExpired", "TlsExpiryVerySoon", "TlsExpirySoon"], INSTANCE),
    ...ladder("error-budget", ["AvailabilityBurnFast", "AvailabilityBurnSlow"], INSTANCE),
    ...ladder("disk", disk(settings), ["host", "mountpoint"]),
    ...serversDown(gathered),
    ...containerDown(gathered),
    ...logsCut(settings),
    ...gatewayAway(settings),
    hostDown(settings),
    louder,
  ];
}

const INSTANCE = ["site", "instance"];

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
const SLOW_REQUESTS: readonly AlertName[] = [
  "RequestLatencyP95High",
  "AppLatencyP95High",
  "SlowRequestShare",
];
const SLOW_PROBES: readonly AlertName[] = ["ProbeLatencyP95High", "TtfbHigh"];

const PROBED: readonly AlertName[] = [
  "WebsiteFlapping",
  ...SLOW_PROBES,
  "DnsSlow",
  "AvailabilityBurnFast",
  "AvailabilityBurnSlow",
];

const siteDown: readonly Inhibition[] = [
  mutes("site-down-probes", {
    by: "WebsiteDown",
    muted: ["ApiDown", ...PROBED],
    same: ["site"],
  }),
  // Alerts from logs know no site: an environment has one.
  mutes("site-down-logs", {
    by: "WebsiteDown",
    muted: [...ERRORS, ...SLOW_REQUESTS, "NginxLogsMissing"],
  }),
  mutes("api-down-probes", { by: "ApiDown", muted: PROBED, same: ["site"] }),
  mutes("api-down-logs", { by: "ApiDown", muted: [...ERRORS, ...SLOW_REQUESTS] }),
];

const ANY_5XX: readonly AlertName[] = ["Http5xxBurst", "High5xxRate"];

/** The burst comes first because it waits for nothing: what follows it minutes later is no news. */
const serverErrors: readonly Inhibition[] = [
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

const application: readonly Inhibition[] = [
  mutes("database-unreachable", {
    by: "DbConnectionErrors",
    muted: ["UnhandledExceptions", "AppErrorBurst", "CeleryBrokerLost"],
    same: ["host"],
  }),
  mutes("exceptions", { by: "UnhandledExceptions", muted: ["AppErrorBurst"], same: ["host"] }),
  ...ladder("celery", ["CeleryBrokerLost", "CeleryWorkerLost", "CeleryStalled"], ["host"]),
];

/** The root disk's watermark is a note, unless the policy makes it louder than a nearly full disk. */
function disk({ alerts }: Settings): readonly AlertName[] {
  const isStrict = alerts.RootDiskWatermark.severity === "critical";
  return [
    "CriticalDiskUsage",
    "DiskWillFillVerySoon",
    ...(isStrict ? (["RootDiskWatermark"] as const) : []),
    "HighDiskUsage",
    "DiskWillFillSoon",
    ...(isStrict ? [] : (["RootDiskWatermark"] as const)),
  ];
}

/**
 * A server that does not answer: what else its rules say of it is no news. And without nginx there is no
 * site, where the probes see it that way too.
 */
function serversDown({ ruleGroups }: Gathered): readonly Inhibition[] {
  const groups = ruleGroups.map(({ rules }) => rules.map(({ alert }) => alert));
  const pairs = groups.flatMap((alerts) =>
    SERVER_DOWN.filter((by) => alerts.includes(by) && alerts.length > 1).map((by) => ({
      by,
      muted: alerts.filter((alert) => alert !== by),
    })),
  );
  return [
    ...pairs.map(({ by, muted }, index) =>
      mutes(`server-down-${index + 1}`, { by, muted, same: ["host", "service"] }),
    ),
    ...(groups.flat().includes("NginxDown")
      ? [mutes("site-down-nginx", { by: "WebsiteDown", muted: ["NginxDown"] })]
      : []),
  ];
}

const DOWN: readonly AlertName[] = ["TargetDown", "LokiDown", "GrafanaDown", "NodeDown"];

/** A container that is gone does not answer either, and what it did is not done. */
function containerDown(gathered: Gathered): readonly Inhibition[] {
  const fromLogs = groupsFor(gathered, "loki").flatMap(({ rules }) => rules);
  const withoutLoki: readonly AlertName[] = [
    ...new Set(fromLogs.map(({ alert }) => alert)),
    "LokiRequestErrors",
    "LokiFlushFailing",
    "LokiRulerFailing",
    "LogAgentRequestErrors",
    "LogAgentDroppedEntries",
    "LogAgentLag",
  ];
  const gone = (service: string): Matched => ({
    alerts: ["ContainerDown"],
    and: [`service="${service}"`],
  });
  return [
    mutes("container-down", { by: "ContainerDown", muted: DOWN, same: ["host", "service"] }),
    mutes("loki-gone", { by: gone("loki"), muted: withoutLoki }),
    mutes("loki-down", { by: "LokiDown", muted: withoutLoki }),
    mutes("probes-gone", { by: gone("blackbox-exporter"), muted: ["ProbeMissing"] }),
    mutes("probes-missing", {
      by: "ProbeMissing",
      muted: { alerts: ["TargetDown"], and: ['service="blackbox-exporter"'] },
    }),
  ];
}

/** What is said when a log of the site does not come, and the log. */
const SILENCES: readonly (readonly [AlertName, LogDirectory])[] = [
  ["NginxLogsMissing", "nginx"],
  ["AppLogsMissing", "app"],
  ["TrafficDrop", "nginx"],
  ["CeleryStalled", "app"],
];

/** Without the agent that reads a log of the site there is none of it, whatever the site does. */
function logsCut({ logs }: Settings): readonly Inhibition[] {
  const silent = (route: LogRoute) =>
    SILENCES.filter(([, log]) => routeOf(logs, log) === route).map(([alert]) => alert);
  const by = (reader: string): Matched => ({
    alerts: ["ContainerDown", "LogAgentNoFiles"],
    and: [`service=~"${reader}"`],
  });
  const [onSite, overNfs] = [silent("agent"), silent("nfs")];
  const nfsName = onSite.length > 0 ? "nfs-agent-gone" : "agent-gone";
  const [site, home] = [by(".+-(promtail|alloy)"), by("promtail|alloy")];
  return [
    ...(onSite.length > 0
      ? [mutes("agent-gone", { by: site, muted: onSite, same: ["host"] })]
      : []),
    // Over NFS the reader is on another host than what it reads.
    ...(overNfs.length > 0 ? [mutes(nfsName, { by: home, muted: overNfs })] : []),
    mutes("logs-missing", {
      by: "NginxLogsMissing",
      muted: ["AppLogsMissing", "TrafficDrop", "CeleryStalled"],
      same: ["host"],
    }),
  ];
}

/** Without the gateway nothing comes from the hosts that push to it, whatever the site does. */
function gatewayAway(settings: Settings): readonly Inhibition[] {
  const users = gatewayUsers(settings);
  if (users.length === 0) return [];
  const gone: Matched = { alerts: ["ContainerDown"], and: ['service="gateway"'] };
  const muted: Matched = {
    alerts: [
      "NginxLogsMissing",
      "AppLogsMissing",
      "TrafficDrop",
      "CeleryStalled",
      "LogAgentRequestErrors",
      "LogAgentLag",
    ],
    and: [`host=~"${users.join("|")}"`],
  };
  return [
    mutes("gateway-gone", { by: gone, muted: ["GatewayDown"], same: ["host"] }),
    mutes("gateway-gone-hosts", { by: gone, muted }),
    mutes("gateway-down", { by: "GatewayDown", muted }),
  ];
}

/**
 * A host that is down takes everything along. Not the monitoring host: it would tell nobody if it
 * were. And not what is said about containers: who can see them sees that the host is alive.
 */
function hostDown(settings: Settings): Inhibition {
  return {
    name: "host-down",
    source_matchers: ['alertname="NodeDown"', `host!="${homeOf(settings, "monitoring")}"`],
    target_matchers: ['alertname!~"NodeDown|Container.+"'],
    equal: ["env", "host"],
  };
}

/** Of one alert in two severities the louder is told, of the same thing and no other. */
const louder: Inhibition = {
  name: "louder",
  source_matchers: ['severity="critical"'],
  target_matchers: ['severity="warning"'],
  equal: [
    "alertname",
    "env",
    "host",
    "site",
    "instance",
    "job",
    "service",
    "target",
    "mountpoint",
    "device",
    "name",
  ],
};
