import { appHosts, centralHosts, type HostName, machineOwner } from "../placement";
import type { HostMount } from "../service-spec";
import type { Settings } from "../settings/settings";
import { dockerJobs } from "./docker-jobs";
import type { FileJob, LogJob } from "./job";
import { OTHER, pipelineOf } from "./pipeline";
import {
  LOG_MOUNTS,
  logMountPoint,
  type LogSource,
  ownSources,
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
  const systemFiles = readsMachine ? systemSources(settings) : [];
  return {
    jobs: [
      // The site's lines are the app host's, whichever way they come.
      ...siteFiles.flatMap((source) => fileJobs(settings, siteHost, source)),
      ...systemFiles.flatMap((source) => fileJobs(settings, host, source)),
      ...(readsMachine ? dockerJobs(settings, host) : []),
    ],
    mounts: sites.includes(host)
      ? mountsOf([...siteFiles, ...systemFiles])
      : [...(siteFiles.length > 0 ? [NFS_MOUNTS] : []), ...mountsOf(systemFiles)],
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
  if (appHosts(settings).includes(host)) {
    return [...shippedSources(settings), ...ownSources(settings)];
  }
  const mountsThem = settings.logs.route === "nfs" && host === centralHosts(settings)[0];
  return mountsThem ? shippedSources(settings, logMountPoint) : [];
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
