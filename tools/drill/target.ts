import { type HostName, homeOf, siteNetworkOn } from "../../configs/placement";
import { quoted } from "../../configs/preflight/fact-script";
import type { Examined } from "../doctor/check";
import { askNames } from "../doctor/checks/dns";

/** The container that is broken, and where it is. */
export interface Target {
  readonly host: HostName;
  readonly container: string;
}

/**
 * The container that answers the checks of the page: the one that its name leads to on the site's network.
 *
 * @param container by its name, where the site has no network that the monitoring host knows
 * @throws Error where there is none
 */
export async function targetOf(
  examined: Examined,
  signal: AbortSignal,
  container?: string,
): Promise<Target> {
  const { settings } = examined;
  const host = homeOf(settings, "blackbox-exporter");
  if (container !== undefined) return { host, container };
  const { hostname } = new URL(settings.site.pageUrl);
  const found = (await askNames(examined, [], signal))?.containers.get(hostname);
  if (found !== undefined) return { host, container: found };
  const network = siteNetworkOn(settings, host) ?? "no Docker network";
  throw new Error(
    `sightline:site.pageUrl: must lead to a container on ${host}, which has ${network}; got ${hostname}. ` +
      "Fix: name the container that answers for the site there: --container <name>",
  );
}

/** Pauses or wakes it: it loses nothing, and answers nobody meanwhile. */
export async function setPaused(
  { onHost }: Examined,
  { host, container }: Target,
  action: "pause" | "unpause",
): Promise<void> {
  const script = `PATH="$PATH:/usr/local/bin"; docker ${action} ${quoted(container)} </dev/null\n`;
  const { exitCode, stderr } = await onHost(host, script, new AbortController().signal);
  if (exitCode === 0) return;
  throw new Error(`docker ${action} ${container} on ${host} failed: ${stderr.trim()}`);
}
