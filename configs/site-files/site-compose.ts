/** The file that Compose merges into the site's own. */
export const OVERRIDE_FILE = "docker-compose.monitoring.yml";

/** A folder of log files on the host, and where a service of the site writes them. */
export interface LogMount {
  readonly service: string;
  /** On the host: `./data/logs/nginx` below the Compose file's folder, or an absolute path. */
  readonly folder: string;
  /** In the service's containers. */
  readonly inside: string;
}

/** What is put beside the Compose file of a site that somebody else wrote, and what is edited there. */
export interface SiteCompose {
  /** Whose it is: the stack's name. */
  readonly stack: string;
  /** Folder of the Compose file, on the app host. */
  readonly directory: string;
  /** Compose project. @default the one that runs from that folder */
  readonly project?: string | undefined;
  /** What the site is started with. @default what Compose finds by itself */
  readonly files: readonly string[];
  readonly mounts: readonly LogMount[];
  /** Limits of what Docker keeps of each service's output. @default as the site has it */
  readonly rotation?: { readonly maxSize: string; readonly maxFiles: number } | undefined;
  /** Where Docker's logging driver `loki` pushes. @default the driver is not used */
  readonly lokiDriverUrl?: string | undefined;
  /** The service that gets the log format with times. @default none */
  readonly nginxFormat?: string | undefined;
  readonly scriptTag?: ScriptTag | undefined;
  /** Recreate the changed containers, and measure for how long the site is down. @default only files */
  readonly apply?: { readonly probeUrl: string } | undefined;
}

export interface ScriptTag {
  /** The page, relative to the Compose file's folder. */
  readonly file: string;
  readonly url: string;
  /** Hash of the script, as the page has it. @default browsers run whatever is there */
  readonly integrity?: string | undefined;
  /** The service whose image the page is built into. @default it is not built by us */
  readonly rebuild?: string | undefined;
}

/** The services that the override changes, sorted. */
export function changedServices({ mounts, nginxFormat }: SiteCompose): readonly string[] {
  const services = mounts.map(({ service }) => service);
  return [...new Set(nginxFormat === undefined ? services : [...services, nginxFormat])].sort();
}
