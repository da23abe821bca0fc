import { appHosts, centralHosts, homeOf, type HostName, machineOwner } from "../placement";
import type { HostMount } from "../service-spec";
import type { Settings } from "../settings/settings";
import { BROWSER_LABELS, BROWSER_PORT, BROWSER_SOURCE } from "./browser";
import { dockerJobs } from "./docker-jobs";
import type { FileJob, LogJob, PushJob } from "./job";
import { browserPipeline, OTHER, pipelineOf } from "./pipeline";
import { nfsDirectories, ownSourcesBy, routeOf } from "./routes";
import {
  type LogDirectory,
  LOG_MOUNTS,
  logMountPoint,
  type LogSource,
  shippedSources,
  systemSources,
} from "./sources";

/** What the log agent of one host does, whichever program it is. */
export interface AgentWork {
  readonly jobs: readonly LogJob[];
  /** Folders of the host that it reads. */
  readonly mounts: readonly HostMount[];
  readonly readsDocker: boolean;
}

/**
 * The work of the agent on a host. Where one machine has two hosts there are two agents: that of the app
 * host reads the site's files, the other one what belongs to the machine.
 */
export function agentWork(settings: Settings, host: HostName): AgentWork {
  const readsMachine = machineOwner(settings, host) === host;
  const sites = appHosts(settings);
  const siteHost = sites.includes(host) ? host : (sites[0] ?? host);
  const siteFiles = siteFilesOf(settings, host);
  const byNfs = !sites.includes(host) && siteFiles.length > 0;
  // Over NFS the host's own folder of mount points is there, and nothing can be put into it.
  const systemTarget = byNfs ? "/var/log" : undefined;
  const systemFiles = readsMachine ? systemSources(settings, systemTarget) : [];
  return {
    jobs: [
      // The site's lines are the app host's, whichever way they come.
      ...siteFiles.flatMap((source) => fileJobs(settings, siteHost, source)),
      ...systemFiles.flatMap((source) => fileJobs(settings, host, source)),
      ...(readsMachine ? dockerJobs(settings, host) : []),
      ...(takesBrowsers(settings, host) ? [browserJob(settings, siteHost)] : []),
    ],
    mounts: byNfs
      ? [NFS_MOUNTS, ...mountsOf(systemFiles)]
      : mountsOf([...siteFiles, ...systemFiles]),
    readsDocker: readsMachine,
  };
}

/**
 * What comes by NFS, in the folder that holds its mount points: Docker looks at what it binds, and a
 * container that was to bind a mount whose server is away would not start, nor be started again. In
 * there a mount comes and goes as on the host.
 */
const NFS_MOUNTS: HostMount = { source: LOG_MOUNTS, target: LOG_MOUNTS, followsHost: true };

function siteFilesOf(settings: Settings, host: HostName): readonly LogSource[] {
  const { logs } = settings;
  if (appHosts(settings).includes(host)) {
    const folderOf = (name: LogDirectory) =>
      routeOf(logs, name) === "agent" ? logs.directories[name] : undefined;
    return [...shippedSources(settings, folderOf), ...ownSourcesBy(logs, "agent")];
  }
  if (host !== centralHosts(settings)[0]) return [];
  const mounted = nfsDirectories(logs);
  const folderOf = (name: LogDirectory) =>
    mounted.includes(name) ? logMountPoint(name) : undefined;
  return [...shippedSources(settings, folderOf), ...ownSourcesBy(logs, "nfs")];
}

function fileJobs(settings: Settings, host: HostName, source: LogSource): readonly FileJob[] {
  const { name, origin, labels } = source;
  if (origin.kind !== "files") return [];
  return [
    {
      kind: "files",
      name,
      path: `${origin.target}/${anyOf(origin.files)}`,
      labels: { env: settings.environment, host, ...labels, log_type: OTHER },
      stages: [...pipelineOf(settings, source), { kind: "labelDrop", names: ["filename"] }],
    },
  ];
}

/** Whether the agent of a host takes what browsers report: the one beside the gateway, which lets it in. */
function takesBrowsers(settings: Settings, host: HostName): boolean {
  return settings.browser.enabled && host === machineOwner(settings, homeOf(settings, "gateway"));
}

function browserJob(settings: Settings, host: HostName): PushJob {
  const labels = { env: settings.environment, host, ...BROWSER_LABELS, log_type: OTHER };
  const keep = Object.keys(labels).sort();
  return {
    kind: "push",
    name: BROWSER_SOURCE,
    port: BROWSER_PORT,
    labels,
    stages: [{ kind: "labelKeep", names: keep }, ...browserPipeline(settings)],
  };
}

/** One pattern for several, as both agents read it. */
function anyOf(files: readonly string[]): string {
  return files.length > 1 ? `{${files.join(",")}}` : files.join("");
}

/** Each folder once, though several sources may be in it. */
function mountsOf(sources: readonly LogSource[]): readonly HostMount[] {
  const mounts = sources.flatMap(({ origin }) =>
    origin.kind === "files" ? [{ source: origin.folder, target: origin.target }] : [],
  );
  return [...new Map(mounts.map((mount) => [mount.target, mount])).values()];
}
