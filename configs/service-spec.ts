import type { Dashboard } from "./dashboards/dashboard";
import type { RuleGroup } from "./rules/rule";
import type { Trial } from "./trial";

/** The networks of one Docker host, one per kind of edge (see docs/adr/0004). */
export type NetworkName =
  /** Carries published ports and nothing else. */
  | "ui"
  /** Scrapes, pushes, queries, reloads. No way out. */
  | "data"
  /** The way out: probes, mail, object storage. */
  | "egress"
  /** Read-only access to the Docker API. No way out. */
  | "sock"
  /** The network of the site's own Compose project, where the site runs on the same Docker host. */
  | "site";

/** Networks without a way out; the only ones on which services are found by name. */
export const INTERNAL_NETWORKS: readonly NetworkName[] = ["data", "sock"];

export interface PublishedPort {
  readonly containerPort: number;
  readonly hostPort: number;
  /** Address of the host to listen on. Never `0.0.0.0`. */
  readonly hostAddress: string;
}

export interface NamedVolume {
  /** Last part of the volume's name: `data` gives `<stack>-<service>-data`. */
  readonly role: string;
  readonly path: string;
  /** Whether what is in it can be made again, so that nothing protects it. @default `false` */
  readonly isCache?: boolean;
}

/** A volume of another service of the same host. */
export interface SharedVolume {
  /** The one that brings it; it comes first in the order of names. */
  readonly service: string;
  readonly role: string;
  readonly path: string;
  /** Whether this one may write to it too. @default `false` */
  readonly isWritable?: boolean;
}

export interface HostMount {
  readonly source: string;
  readonly target: string;
  /** Whether what the host mounts there while the container runs appears in it. @default `false` */
  readonly followsHost?: boolean;
}

/** How Docker asks whether the container works. The command must exist in the official image. */
export interface HealthCheck {
  readonly command: readonly string[];
  /** How long failures do not count after a start. @default `30_000` */
  readonly startPeriodMs?: number;
}

/** What is known only when other resources exist. Travels through Pulumi outputs. */
export interface Links {
  /** Where agents push logs, for example `http://loki:3100/loki/api/v1/push`. */
  readonly lokiPushUrl: string;
  /** Name of the bucket that keeps the logs; empty where they are kept on disk. */
  readonly logBucket: string;
}

/** Rendered files by path below the configuration folder. */
export type Files = Readonly<Record<string, string>>;

export interface Configuration {
  /** Renders the files. Pure: the same links give the same bytes. */
  readonly files: (links: Links) => Files;
  /** Whether they refer to {@link Links}: only then does the container wait for what they name. @default `false` */
  readonly usesLinks?: boolean;
  /** Path that makes the running server read its files again; absent where it polls them by itself. */
  readonly reloadPath?: string;
  /**
   * Shell script that the keeper runs in the place of a POST to {@link reloadPath}. It is given the
   * folders of the new files and of those before, may read the server's secret files where they are for
   * the server, and prints the HTTP status of an answer.
   */
  readonly reloadScript?: string;
  /** Files the server reads only at its start: a change in one of these replaces the container. */
  readonly restartOn?: readonly string[];
}

/** One scrape of the container's own metrics, by its name and {@link ServiceSpec.port}. */
export interface ScrapeJob {
  /** @default `"/metrics"` */
  readonly metricsPath?: string;
  /** Labels whose series are of no use and cost memory. @default none */
  readonly dropLabels?: readonly string[];
  /**
   * Whether its samples bring a time of their own. Then series that end must be noticed all the same:
   * otherwise the last value of a container that is gone stays for five minutes. @default `false`
   */
  readonly tracksTimestamps?: boolean;
}

/** The scrape of an exporter inside a container, which stands for the tool of that job. */
export interface ExporterJob extends ScrapeJob {
  readonly job: string;
  readonly metricsPath: string;
}

export interface Monitoring {
  readonly scrape?: ScrapeJob;
  /** Exporters that the container has inside, on its {@link ServiceSpec.port}. @default none */
  readonly exporters?: readonly ExporterJob[];
  readonly ruleGroups?: readonly RuleGroup[];
  readonly dashboards?: readonly Dashboard[];
}

/** Everything there is to know about one container, as plain data. */
export interface ServiceSpec {
  /** Container, DNS alias and scrape job in one: `blackbox-exporter`. */
  readonly name: string;
  /** The tool's own name, where several containers run it: one scrape job, one image setting. @default `name` */
  readonly tool?: string;
  /** Last part of the Pulumi type token: `BlackboxExporter`. */
  readonly kind: string;
  /** `repository:tag`, with an exact tag. Settings may put another image in its place. */
  readonly image: string;
  /** `uid:gid`. Root needs {@link rootReason}. */
  readonly user: string;
  /** Why the container must run as root; it has no capabilities all the same. */
  readonly rootReason?: string;
  /** Port on which the service answers inside its networks. */
  readonly port: number;
  /** What is started in the place of the image's own program, before {@link args}. @default the image's */
  readonly entrypoint?: readonly string[];
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Networks besides `ui`, which follows from {@link publish}. */
  readonly networks: readonly Exclude<NetworkName, "ui">[];
  readonly publish?: readonly PublishedPort[];
  /** A volume for every path that the image declares, so that no data dies with a container. */
  readonly volumes?: readonly NamedVolume[];
  /** Volumes of other services. @default none */
  readonly sharedVolumes?: readonly SharedVolume[];
  /** Folders and sockets of the host, always read-only. */
  readonly hostMounts?: readonly HostMount[];
  /** Folders below {@link hostMounts} that are none of its business: it finds them empty. */
  readonly hiddenPaths?: readonly string[];
  /** Paths that need to be writable and may be forgotten. */
  readonly temporaryPaths?: readonly string[];
  readonly health: HealthCheck;
  readonly memoryMegabytes: number;
  /** Seconds between the stop signal and the kill. */
  readonly stopGraceSeconds: number;
  /** Keep the container's log out of Loki: it would feed on itself. @default `false` */
  readonly excludeFromLogs?: boolean;
  /** What the container says of itself besides its stack and its name. @default nothing */
  readonly labels?: Readonly<Record<string, string>>;
  readonly configuration?: Configuration;
  /** Names of files below {@link SECRETS_PATH}; their contents come as secret outputs. */
  readonly secretFiles?: readonly string[];
  /** What stands in such a file besides the secret, by file name. @default nothing */
  readonly secretTexts?: Readonly<Record<string, (secret: string) => string>>;
  /** Path that makes the running server read its secret files again; absent where it reads them at each use. */
  readonly secretsReloadPath?: string;
  /**
   * Shell script that the keeper runs in the place of a POST to {@link secretsReloadPath}. It is given
   * the folders of the new files and of those before, and prints the HTTP status of an answer.
   */
  readonly secretsReloadScript?: string;
  /** Whether the server reads its secret files only at its start: a change of one replaces the container. @default `false` */
  readonly restartOnSecrets?: boolean;
  /** What is tried before the container is replaced; the update ends there where it fails. @default nothing */
  readonly trial?: Trial;
  readonly monitoring?: Monitoring;
}

/** Where a server finds the configuration that is in force. */
export const CONFIG_PATH = "/etc/sightline/current";
/** Where a server finds its secret files. */
export const SECRETS_PATH = "/run/sightline/current";

/** Every network the container joins. A published port needs one that is not internal. */
export function networksOf({ networks, publish }: ServiceSpec): readonly NetworkName[] {
  return publish?.length ? [...networks, "ui"] : networks;
}

/** The tool that a container runs: its scrape job, and its key in `sightline:images`. */
export function toolOf({ tool, name }: ServiceSpec): string {
  return tool ?? name;
}
