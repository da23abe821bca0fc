import { metricsReaders } from "../metrics-route";
import { type HostName, namedOn, publishedToPeers, siteNetworkOn } from "../placement";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";

/** What all exporters' containers have in common. */
export function exporterContainer(
  settings: Settings,
  host: HostName,
  { tool, port }: { readonly tool: string; readonly port: number },
) {
  return {
    ...namedOn(settings, host, tool),
    port,
    networks: ["data"],
    publish: publishedToPeers(settings, host, {
      container: port,
      host: port,
      users: metricsReaders(settings, host),
    }),
    memoryMegabytes: 64,
    stopGraceSeconds: 5,
  } as const satisfies Partial<ServiceSpec>;
}

/** The way to a server of the site: its own Docker network where it has one here, else the host's way out. */
export function networksToSite(settings: Settings, host: HostName): ServiceSpec["networks"] {
  return ["data", siteNetworkOn(settings, host) === undefined ? "egress" : "site"];
}

/**
 * For images with nothing but their program: that it runs at all. Whether it answers is told by its
 * scrape.
 */
export function programHealth(...command: readonly string[]) {
  return { command: ["CMD", ...command] };
}
