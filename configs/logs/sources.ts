import type { Settings } from "../settings/settings";
import { FORMAT_NAMES, type FormatName, RECOGNISED_FORMATS } from "./formats";

/** Folders of log files that the site writes (seed 004), each a key of `sightline:logs.directories`. */
export const LOG_DIRECTORIES = ["app", "nginx", "redis"] as const;
export type LogDirectory = (typeof LOG_DIRECTORIES)[number];

/** Where lines come from: files that match a pattern in one folder of a host, or a container's output. */
export type Origin =
  | {
      readonly kind: "files";
      readonly folder: string;
      /** Patterns of the files' names. */
      readonly files: readonly string[];
      /** Where the folder is inside the agent's container. */
      readonly target: string;
    }
  /** A Compose service, or else a container's name. */
  | { readonly kind: "container"; readonly container: string };

/** One kind of log, and how it is told apart. */
export interface LogSource {
  /** The name by which filters refer to it. */
  readonly name: string;
  readonly origin: Origin;
  /** Fixed labels, `job` and `service` among them: nothing of high cardinality. */
  readonly labels: Readonly<Record<string, string>>;
  /** What its lines may look like, in the order in which they are tried. */
  readonly formats: readonly FormatName[];
  /** Whether a line's format may say another `service`, as in a file that several programs share. */
  readonly namesService?: boolean;
}

/** Name of a host's own system's logs. */
export const SYSTEM_SOURCE = "system";

/** Holds all mount points of log folders. */
export const LOG_MOUNTS = "/mnt";

/** Where a folder of log files is mounted: in the agent, and before that on the host if it comes by NFS. */
export function logMountPoint(name: string): string {
  return `${LOG_MOUNTS}/${name}-logs`;
}

interface ShippedSource extends Omit<LogSource, "origin"> {
  readonly directory: LogDirectory;
  readonly file: string;
}

const SHIPPED: readonly ShippedSource[] = [
  {
    name: "nginx-access",
    directory: "nginx",
    file: "access.log",
    labels: { job: "nginx", service: "nginx" },
    formats: ["nginx-access", "nginx-json"],
  },
  {
    name: "nginx-error",
    directory: "nginx",
    file: "error.log",
    labels: { job: "nginx", service: "nginx" },
    formats: ["nginx-error"],
  },
  {
    name: "app",
    directory: "app",
    file: "app.log",
    labels: { job: "app", service: "fastapi" },
    formats: ["celery", "uvicorn-access", "app-json", "python"],
    namesService: true,
  },
  {
    name: "redis",
    directory: "redis",
    file: "redis.log",
    labels: { job: "redis", service: "redis" },
    formats: ["redis"],
  },
];

/**
 * The site's own log files, from the folders that the settings name.
 *
 * @param folderOf where such a folder is on the host whose agent reads it
 */
export function shippedSources(
  { logs }: Pick<Settings, "logs">,
  folderOf: (directory: LogDirectory) => string | undefined = (name) => logs.directories[name],
): readonly LogSource[] {
  return SHIPPED.flatMap(({ directory, file, ...source }) => {
    const folder = folderOf(directory);
    if (logs.directories[directory] === undefined || folder === undefined) return [];
    const target = logMountPoint(directory);
    return [{ ...source, origin: { kind: "files", folder, files: [file], target } }];
  });
}

/** The log sources that the settings add. */
export function ownSources({ logs }: Pick<Settings, "logs">): readonly LogSource[] {
  return Object.entries(logs.sources)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { path, container, formats, service, job, labels }]) => ({
      name,
      origin:
        path === undefined
          ? { kind: "container", container: container ?? name }
          : { kind: "files", ...splitPath(path), target: logMountPoint(name) },
      labels: { job: job ?? name, service: service ?? name, ...labels },
      formats:
        formats === "auto"
          ? RECOGNISED_FORMATS
          : FORMAT_NAMES.filter((format) => formats.includes(format)),
    }));
}

/**
 * The logs of a host's own system: each under the name that its distribution gives it.
 *
 * @param target where their folder is in the agent
 */
export function systemSources(
  { logs }: Pick<Settings, "logs">,
  target = logMountPoint(SYSTEM_SOURCE),
): readonly LogSource[] {
  if (!logs.system) return [];
  const labels = { job: "system", service: "system" };
  const at = (files: readonly string[]): Origin => ({
    kind: "files",
    folder: "/var/log",
    files,
    target,
  });
  return [
    { name: "syslog", origin: at(["messages", "syslog"]), labels, formats: ["syslog"] },
    {
      name: "auth",
      origin: at(["auth.log", "secure"]),
      labels,
      formats: ["auth"],
      namesService: true,
    },
  ];
}

/** Name by which filters refer to everything that containers print and no source of its own takes. */
export const DOCKER_SOURCE = "docker";

/** Names that a source of the settings cannot have, because they or their mount point are taken. */
export const TAKEN_NAMES: readonly string[] = [
  ...new Set([
    ...SHIPPED.map(({ name }) => name),
    ...LOG_DIRECTORIES,
    "syslog",
    "auth",
    SYSTEM_SOURCE,
    DOCKER_SOURCE,
  ]),
].sort();

/** `/var/log/titan/*.log` as folder and pattern. */
function splitPath(path: string) {
  const end = path.lastIndexOf("/");
  return { folder: path.slice(0, end), files: [path.slice(end + 1)] };
}
