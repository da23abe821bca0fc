import type { Settings } from "../settings/settings";
import { folderIn } from "./paths";
import {
  DOCKER_SOURCE,
  LOG_DIRECTORIES,
  type LogDirectory,
  type LogSource,
  logMountPoint,
  ownSources,
  SYSTEM_SOURCE,
} from "./sources";

type Logs = Settings["logs"];

/** How a log comes: read where it is written, or over NFS by the agent of the monitoring host. */
export type LogRoute = Logs["route"];

/** The one route of a log: its own, or else that of all. */
export function routeOf({ routes, route }: Pick<Logs, "route" | "routes">, name: string): LogRoute {
  return routes[name] ?? route;
}

/** The logs of a site that the settings name, each by its key in `logs.routes`. */
export function routedSources(logs: Logs): readonly string[] {
  return [
    ...LOG_DIRECTORIES.filter((name) => logs.directories[name] !== undefined),
    ...(logs.docker.composeProject === undefined ? [] : [DOCKER_SOURCE]),
    ...(logs.system ? [SYSTEM_SOURCE] : []),
    ...Object.keys(logs.sources),
  ].sort();
}

/** The folders of logs that come over NFS. */
export function nfsDirectories(logs: Logs): readonly LogDirectory[] {
  return LOG_DIRECTORIES.filter(
    (name) => logs.directories[name] !== undefined && routeOf(logs, name) === "nfs",
  );
}

/** Whether an app host has an agent: not where all that there is comes over NFS. */
export function needsAgentOnSite(logs: Logs): boolean {
  // The system's log of an app host is left alone where nothing else needs an agent, unless asked for.
  const left = routedSources(logs).filter((name) =>
    name === SYSTEM_SOURCE ? logs.routes[name] === "agent" : routeOf(logs, name) === "agent",
  );
  return left.length > 0 || nfsDirectories(logs).length === 0;
}

/** Where a folder of logs that comes over NFS is on the app host. */
export function exportedFolder({ nfs }: Pick<Logs, "nfs">, directory: LogDirectory): string {
  return `${nfs.exportRoot.replace(/\/+$/, "")}/${directory}`;
}

/** The folder of a log on the app host: where it is read, or exported from. */
export function logFolderOf(logs: Logs, name: LogDirectory): string | undefined {
  return routeOf(logs, name) === "nfs" ? exportedFolder(logs, name) : logs.directories[name];
}

/** The sources of the settings that come by a route; those over NFS as they are on the monitoring host. */
export function ownSourcesBy(logs: Logs, route: LogRoute): readonly LogSource[] {
  const wanted = ownSources({ logs }).filter(({ name }) => routeOf(logs, name) === route);
  return route === "agent" ? wanted : wanted.flatMap((source) => overNfs(logs, source) ?? []);
}

/** A source in a folder that is exported, by the mount of that; undefined for any other. */
export function overNfs(logs: Logs, source: LogSource): LogSource | undefined {
  const { origin } = source;
  if (origin.kind !== "files") return undefined;
  for (const directory of nfsDirectories(logs)) {
    const inside = folderIn(exportedFolder(logs, directory), origin.folder);
    if (inside === undefined) continue;
    const folder = logMountPoint(directory);
    const files = origin.files.map((file) => `${inside}${file}`);
    return { ...source, origin: { kind: "files", folder, files, target: folder } };
  }
  return undefined;
}
