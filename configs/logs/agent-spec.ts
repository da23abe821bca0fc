import { type HostRole, isOneHost, publishedToPeers } from "../placement";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import type { AgentWork } from "./agent-work";

/** What a log agent's container needs for its work, whichever program it runs. */
export function agentPlace(
  settings: Settings,
  host: HostRole,
  { port, work }: { readonly port: number; readonly work: AgentWork },
): Pick<ServiceSpec, "user" | "rootReason" | "networks" | "publish" | "hostMounts"> {
  const pushesElsewhere = host === "app" && !isOneHost(settings);
  return {
    // Debian and Ubuntu show the log of logins to the group adm, which is 4 on both.
    user: settings.logs.system ? "0:4" : "0:0",
    rootReason: "reads log files whose owner and mode are the site's business",
    networks: [
      "data",
      ...(work.readsDocker ? (["sock"] as const) : []),
      ...(pushesElsewhere ? (["egress"] as const) : []),
    ],
    publish:
      host === "app" ? publishedToPeers(settings, "app", { container: port, host: port }) : [],
    hostMounts: work.mounts,
  };
}
