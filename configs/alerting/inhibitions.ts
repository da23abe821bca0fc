import { SERVER_DOWN } from "../exporters/server-down";
import type { Gathered } from "../gathered";
import { homeOf } from "../placement";
import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import { type Inhibition, ladder, mutes } from "./inhibition";
import { browsersCut, containerDown, gatewayAway, logsCut } from "./pipeline-inhibitions";
import {
  application,
  serverErrors,
  siteDown,
  SLOW_PROBES,
  SLOW_REQUESTS,
} from "./site-inhibitions";

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
    ...browsersCut(settings),
    hostDown(settings),
    louder,
  ];
}

const INSTANCE = ["site", "instance"];

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
