import { containerName } from "../docker-spec";
import { gatewayPorts } from "../gateway/published";
import { specsOn } from "../hosts";
import { hasAgent, readsSite } from "../logs/agent-hosts";
import { exportedFolder, nfsDirectories, ownSourcesBy, routeOf } from "../logs/routes";
import { LOG_DIRECTORIES, type LogDirectory } from "../logs/sources";
import {
  appHosts,
  homeOf,
  type HostName,
  hostNames,
  hostOf,
  machineOf,
  machineOwner,
} from "../placement";
import type { Settings } from "../settings/settings";
import { servicesOf } from "../site-files/from-settings";

/** A port that a container will publish. */
export interface PortNeed {
  readonly address: string;
  readonly port: number;
  readonly service: string;
  /** The setting it comes from; ports that are no setting belong to the host. */
  readonly path: string;
  /** The setting that the address comes from. */
  readonly addressPath: string;
}

/** A folder that must be there, or whose file system must be one that can be written to. */
export interface FolderNeed {
  readonly folder: string;
  readonly path: string;
  /** `reads` needs a folder that the log agent may read; `writes` one that is not mounted read-only. */
  readonly kind: "reads" | "writes";
}

/** What one machine must have before anything is deployed on it. */
export interface MachineNeeds {
  /** The host under whose name the machine is spoken of. */
  readonly host: HostName;
  readonly dockerDataRoot: string;
  readonly ports: readonly PortNeed[];
  readonly folders: readonly FolderNeed[];
  /** Name of the container that keeps the logs, where its place is this machine. */
  readonly loki?: string;
}

/** What each machine must have, the monitoring host's first. */
export function machineNeeds(settings: Settings): readonly MachineNeeds[] {
  return hostNames(settings)
    .filter((host) => machineOwner(settings, host) === host)
    .map((host) => needsOf(settings, host));
}

function needsOf(settings: Settings, host: HostName): MachineNeeds {
  const names = machineOf(settings, host);
  const { dockerDataRoot } = hostOf(settings, host);
  const path = `sightline:hosts.${host}.dockerDataRoot`;
  const folders: readonly FolderNeed[] = [
    { folder: dockerDataRoot, path, kind: "writes" },
    ...names.flatMap((name) => [...logFolders(settings, name), ...nfsFolders(settings, name)]),
  ];
  return {
    host,
    dockerDataRoot,
    ports: names.flatMap((name) => portsOf(settings, name)),
    // The log sources of one folder need it once.
    folders: [...new Map(folders.map((need) => [`${need.kind} ${need.folder}`, need])).values()],
    ...(names.includes(homeOf(settings, "loki")) ? { loki: containerName(settings, "loki") } : {}),
  };
}

/** A port as a spec publishes it. */
interface Published {
  readonly host: HostName;
  readonly service: string;
  readonly hostAddress: string;
  readonly hostPort: number;
}

function portsOf(settings: Settings, host: HostName): readonly PortNeed[] {
  return specsOn(settings, host).flatMap(({ name: service, publish = [] }) => {
    if (service === "gateway") return gatewayNeeds(settings, host);
    return publish.map(({ hostAddress, hostPort }) => {
      const published = { host, service, hostAddress, hostPort };
      return {
        address: hostAddress,
        port: hostPort,
        service,
        path: pathOfPort(settings, published),
        addressPath: pathOfAddress(settings, published),
      };
    });
  });
}

function gatewayNeeds(settings: Settings, host: HostName): readonly PortNeed[] {
  return gatewayPorts(settings).map(({ hostAddress, hostPort, path, addressPath }) => ({
    address: hostAddress,
    port: hostPort,
    service: "gateway",
    path: `sightline:${path}`,
    addressPath: addressPath
      ? `sightline:${addressPath}`
      : pathOfAddress(settings, { host, service: "gateway", hostAddress, hostPort }),
  }));
}

function pathOfPort({ publish }: Settings, { host, hostPort }: Published): string {
  const page = Object.entries(publish).find(([, value]) => value === hostPort);
  return page ? `sightline:publish.${page[0]}` : `sightline:hosts.${host}`;
}

function pathOfAddress(settings: Settings, { host, hostAddress }: Published): string {
  return hostAddress === hostOf(settings, host).address
    ? `sightline:hosts.${host}.address`
    : "sightline:publish.address";
}

/** What the log agent of a host reads. */
function logFolders(settings: Settings, host: HostName): readonly FolderNeed[] {
  const { directories, system } = settings.logs;
  const reads = (folder: string, path: string): FolderNeed => ({ folder, path, kind: "reads" });
  const ofSite = LOG_DIRECTORIES.flatMap((name) => {
    const folder = directories[name];
    const isRead = folder !== undefined && routeOf(settings.logs, name) === "agent";
    return !isRead || isMadeByUs(settings, host, name)
      ? []
      : [reads(folder, `sightline:logs.directories.${name}`)];
  });
  const own = ownSourcesBy(settings.logs, "agent").flatMap(({ name, origin }) =>
    origin.kind === "files" ? [reads(origin.folder, `sightline:logs.sources.${name}.path`)] : [],
  );
  const readsSystem = system && hasAgent(settings, host) && machineOwner(settings, host) === host;
  return [
    ...(readsSite(settings, host) ? [...ofSite, ...own] : []),
    ...(readsSystem ? [reads("/var/log", "sightline:logs.system")] : []),
  ];
}

/** What is exported, and where the export and the mounts are written down. */
function nfsFolders(settings: Settings, host: HostName): readonly FolderNeed[] {
  const directories = nfsDirectories(settings.logs);
  if (directories.length === 0) return [];
  const writes = (folder: string): FolderNeed => ({
    folder,
    path: `sightline:hosts.${host}`,
    kind: "writes",
  });
  if (host === homeOf(settings, "monitoring")) return [writes("/etc"), writes("/mnt")];
  if (host !== appHosts(settings)[0]) return [];
  return [
    writes("/etc"),
    ...directories
      .filter((name) => !isMadeByUs(settings, host, name))
      .map((name): FolderNeed => ({
        folder: exportedFolder(settings.logs, name),
        path: "sightline:logs.nfs.exportRoot",
        kind: "reads",
      })),
  ];
}

/** A log folder that is mounted into a service of the site is made where it is not there. */
function isMadeByUs(settings: Settings, host: HostName, log: LogDirectory): boolean {
  const { compose } = hostOf(settings, host);
  return compose !== undefined && servicesOf(compose, log).length > 0;
}
