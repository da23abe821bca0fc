import { agentSecretFiles } from "../gateway/agent";
import { metricsReaders } from "../metrics-route";
import { homeOf, type HostName, isSameMachine, namedOn, publishedToPeers } from "../placement";
import { agentRules } from "../rules/agents";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import type { AgentWork } from "./agent-work";

type OwnParts =
  | ("kind" | "image" | "args" | "environment" | "volumes")
  | ("health" | "memoryMegabytes" | "configuration");

/** What a log agent's container is like, whichever program it runs. */
export function agentSpec(
  settings: Settings,
  host: HostName,
  { name, port, work }: { readonly name: string; readonly port: number; readonly work: AgentWork },
): Omit<ServiceSpec, OwnParts> {
  const pushesElsewhere = !isSameMachine(settings, host, homeOf(settings, "loki"));
  return {
    ...namedOn(settings, host, name),
    // Debian and Ubuntu show the log of logins to the group adm, which is 4 on both.
    user: settings.logs.system ? "0:4" : "0:0",
    rootReason: "reads log files whose owner and mode are the site's business",
    port,
    networks: [
      "data",
      ...(work.readsDocker ? (["sock"] as const) : []),
      ...(pushesElsewhere ? (["egress"] as const) : []),
    ],
    publish: publishedToPeers(settings, host, {
      container: port,
      host: port,
      users: metricsReaders(settings, host),
    }),
    hostMounts: work.mounts,
    temporaryPaths: ["/tmp"],
    stopGraceSeconds: 30,
    secretFiles: agentSecretFiles(settings, host),
    monitoring: { scrape: {}, ruleGroups: [agentRules(settings)] },
  };
}
