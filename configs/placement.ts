import type { PublishedPort, ServiceSpec } from "./service-spec";
import type { Settings } from "./settings/settings";

/** The two roles a host can have. */
export type HostRole = "monitoring" | "app";

/** True where both roles are on one Docker host, as in dev: then containers reach each other by name. */
export function isOneHost({ hosts }: Settings): boolean {
  return hosts.app.endpoint === hosts.monitoring.endpoint;
}

/** A container and the host it runs on. */
export interface PlacedSpec {
  readonly host: HostRole;
  readonly spec: ServiceSpec;
}

/**
 * The port on which another host reaches a service of this one: bound to the host's private or VPN
 * address, and only where the roles are on different hosts.
 */
export function publishedToPeers(
  settings: Settings,
  host: HostRole,
  port: { readonly container: number; readonly host: number },
): readonly PublishedPort[] {
  if (isOneHost(settings)) return [];
  return [
    {
      containerPort: port.container,
      hostPort: port.host,
      hostAddress: settings.hosts[host].address,
    },
  ];
}

/** `host:port` at which Prometheus, on the monitoring host, scrapes a placed container. */
export function scrapeAddress(settings: Settings, { host, spec }: PlacedSpec): string {
  if (host === "monitoring" || isOneHost(settings)) return `${spec.name}:${spec.port}`;
  const published = spec.publish?.find(({ containerPort }) => containerPort === spec.port);
  if (!published) throw new Error(`${spec.name} on the ${host} host publishes no port to scrape`);
  return `${published.hostAddress}:${published.hostPort}`;
}
