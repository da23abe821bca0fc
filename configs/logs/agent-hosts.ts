import { appHosts, type HostName, machineOwner } from "../placement";
import { type ServiceSpec, toolOf } from "../service-spec";
import type { Settings } from "../settings/settings";
import { needsAgentOnSite } from "./routes";

/** Port of Alloy's page, of its metrics and those of its exporters. */
export const ALLOY_PORT = 12_345;

type Placed = Pick<Settings, "hosts" | "logs">;

/** Whether a container is a host's log agent. */
export function isLogAgent({ logs }: Pick<Settings, "logs">, spec: ServiceSpec): boolean {
  return toolOf(spec) === logs.agent;
}

/** Whether logs of the site are read where they are written, by an agent of that host. */
export function readsSite(settings: Placed, host: HostName): boolean {
  return appHosts(settings).includes(host) && needsAgentOnSite(settings.logs);
}

/** Whether a host has a log agent: nothing is left to read where all logs of the site travel over NFS. */
export function hasAgent(settings: Placed, host: HostName): boolean {
  if (machineOwner(settings, host) !== host) return readsSite(settings, host);
  return !appHosts(settings).includes(host) || readsSite(settings, host);
}
