import { gatewayHost, gatewayUsers } from "../gateway/route";
import { type Gathered, groupsFor } from "../gathered";
import { type LogRoute, routeOf } from "../logs/routes";
import type { LogDirectory } from "../logs/sources";
import { machineOwner, nameOn } from "../placement";
import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import { type Inhibition, type Matched, mutes } from "./inhibition";

const DOWN: readonly AlertName[] = ["TargetDown", "LokiDown", "GrafanaDown", "NodeDown"];

/** A container that is gone does not answer either, and what it did is not done. */
export function containerDown(gathered: Gathered): readonly Inhibition[] {
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
export function logsCut({ logs }: Settings): readonly Inhibition[] {
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
export function gatewayAway(settings: Settings): readonly Inhibition[] {
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

/** What browsers report comes by the gateway and the agent beside it. */
export function browsersCut(settings: Settings): readonly Inhibition[] {
  if (!settings.browser.enabled) return [];
  const agent = nameOn(
    settings,
    machineOwner(settings, gatewayHost(settings)),
    settings.logs.agent,
  );
  const gone: Matched = { alerts: ["ContainerDown"], and: [`service=~"gateway|${agent}"`] };
  return [
    mutes("browsers-cut", { by: gone, muted: ["RumSilent"] }),
    mutes("browsers-cut-gateway", { by: "GatewayDown", muted: ["RumSilent"] }),
  ];
}
