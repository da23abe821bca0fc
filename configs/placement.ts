import type { PublishedPort, ServiceSpec } from "./service-spec";
import type { Role } from "./settings/groups/hosts";
import type { Settings } from "./settings/settings";

/** A key of `sightline:hosts`; the label `host` of everything that comes from there. */
export type HostName = string;

type Hosts = Pick<Settings, "hosts">;

/** A container and the host it belongs to. */
export interface PlacedSpec {
  readonly host: HostName;
  readonly spec: ServiceSpec;
}

/** All hosts: the monitoring host first, then by name. */
export const hostNames = once((settings): readonly HostName[] => {
  const home = homeOf(settings, "monitoring");
  return [home, ...namesOf(settings).filter((name) => name !== home)];
});

/** The hosts that the site runs on. */
export const appHosts = once((settings): readonly HostName[] =>
  namesOf(settings).filter((name) => settings.hosts[name]?.roles.includes("app")),
);

/** The hosts that store, judge, notify or show; the monitoring host first. */
export const centralHosts = once((settings): readonly HostName[] => {
  const sites = appHosts(settings);
  return hostNames(settings).filter((name) => !sites.includes(name));
});

function namesOf({ hosts }: Hosts): readonly HostName[] {
  return Object.keys(hosts).sort();
}

/** Each container asks for all hosts: with a hundred, to work them out each time took seconds. */
function once<T>(work: (settings: Hosts) => T): (settings: Hosts) => T {
  const known = new WeakMap<Hosts["hosts"], { readonly result: T }>();
  return (settings) => {
    const found = known.get(settings.hosts) ?? { result: work(settings) };
    known.set(settings.hosts, found);
    return found.result;
  };
}

/** The host of a central service: the one with a role of that name, or else the monitoring host. */
export function homeOf({ hosts }: Hosts, service: string): HostName {
  const withRole = (role: string) =>
    Object.keys(hosts).find((name) => hosts[name]?.roles.some((one) => one === role));
  // Thanos reads what Prometheus writes.
  const home =
    withRole(service.startsWith("thanos-") ? "prometheus" : service) ??
    withRole("monitoring" satisfies Role);
  if (home === undefined) throw new Error(`no host has the role monitoring`);
  return home;
}

/** The settings of a host. */
export function hostOf({ hosts }: Hosts, name: HostName) {
  const host = hosts[name];
  if (!host)
    throw new Error(`there is no host "${name}"; there are ${Object.keys(hosts).join(", ")}`);
  return host;
}

/** Whether two hosts are one machine, as in dev: then their containers find each other by name. */
export function isSameMachine(settings: Hosts, one: HostName, other: HostName): boolean {
  const [a, b] = [hostOf(settings, one), hostOf(settings, other)];
  return a.endpoint === b.endpoint && a.address === b.address;
}

/** The hosts that are one machine with this one, itself among them, in the order of {@link hostNames}. */
export function machineOf(settings: Hosts, host: HostName): readonly HostName[] {
  return machines(settings).get(machineKey(hostOf(settings, host))) ?? [];
}

/** The hosts of each machine. */
const machines = once((settings) => {
  const all = new Map<string, HostName[]>();
  for (const name of hostNames(settings)) {
    const key = machineKey(hostOf(settings, name));
    all.set(key, [...(all.get(key) ?? []), name]);
  }
  return all;
});

function machineKey({ endpoint, address }: Settings["hosts"][string]): string {
  return JSON.stringify([endpoint, address]);
}

/** The host under whose name a machine as a whole is watched: its exporters run once. */
export function machineOwner(settings: Hosts, host: HostName): HostName {
  const names = machineOf(settings, host);
  const central = centralHosts(settings);
  return names.find((name) => central.includes(name)) ?? host;
}

/** The app host on the machine of a host. */
export function siteOn(settings: Hosts, host: HostName): HostName | undefined {
  return appHosts(settings).find((site) => isSameMachine(settings, site, host));
}

/** The site's own Docker network on the machine of a host, where there is one. */
export function siteNetworkOn(
  settings: Pick<Settings, "hosts" | "site">,
  host: HostName,
): string | undefined {
  if (isSameMachine(settings, host, homeOf(settings, "monitoring"))) {
    return settings.site.dockerNetwork;
  }
  const names = machineOf(settings, host).map((name) => hostOf(settings, name).siteNetwork);
  return names.find((name) => name !== undefined);
}

/** Name of a tool that every host has one of: container without the stack's name, and DNS alias. */
export function nameOn(settings: Hosts, host: HostName, tool: string): string {
  return host === homeOf(settings, "monitoring") ? tool : `${host}-${tool}`;
}

/** Name of such a container, and the tool that it runs, where that is another word. */
export function namedOn(settings: Hosts, host: HostName, tool: string) {
  const name = nameOn(settings, host, tool);
  return name === tool ? { name } : { name, tool };
}

/**
 * The port on which other machines reach a container of a host: on its private or VPN address, and
 * only where somebody on another machine uses it.
 *
 * @param users hosts whose containers talk to this one
 */
export function publishedToPeers(
  settings: Hosts,
  host: HostName,
  port: {
    readonly container: number;
    readonly host: number;
    readonly users: readonly HostName[];
  },
): readonly PublishedPort[] {
  if (port.users.every((user) => isSameMachine(settings, user, host))) return [];
  const hostAddress = hostOf(settings, host).address;
  return [{ containerPort: port.container, hostPort: port.host, hostAddress }];
}

/** `host:port` at which containers of one host reach a placed container. */
export function reachedFrom(settings: Hosts, from: HostName, { host, spec }: PlacedSpec): string {
  if (isSameMachine(settings, from, host)) return `${spec.name}:${spec.port}`;
  const { address } = hostOf(settings, host);
  const published = spec.publish?.find(
    ({ containerPort, hostAddress }) => containerPort === spec.port && hostAddress === address,
  );
  if (!published) throw new Error(`${spec.name} on ${host} publishes no port for ${from}`);
  return `${published.hostAddress}:${published.hostPort}`;
}
