import { appHosts, type HostName, machineOwner } from "../placement";
import type { Settings } from "../settings/settings";

/** Port of Alloy's page, of its metrics and those of its exporters. */
export const ALLOY_PORT = 12_345;

type Placed = Pick<Settings, "hosts" | "logs">;

/** Whether the site's log files are read where they are written, by an agent of that host. */
export function readsSite(settings: Placed, host: HostName): boolean {
  return settings.logs.route === "agent" && appHosts(settings).includes(host);
}

/** Whether a host has a log agent: nothing is left to read where the site's logs travel over NFS. */
export function hasAgent(settings: Placed, host: HostName): boolean {
  if (machineOwner(settings, host) !== host) return readsSite(settings, host);
  return !appHosts(settings).includes(host) || readsSite(settings, host);
}
