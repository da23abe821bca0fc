import { browserScript } from "../browser/logger";
import { logFolderOf } from "../logs/routes";
import { LOG_DIRECTORIES, type LogDirectory } from "../logs/sources";
import { type HostName, hostOf } from "../placement";
import type { HostSettings, Settings } from "../settings/settings";
import type { LogMount, ScriptTag, SiteCompose } from "./site-compose";

type Compose = NonNullable<HostSettings["compose"]>;
type Logs = Settings["logs"];

/** What the settings ask for beside the Compose file of a host; undefined where nothing may be touched. */
export function siteComposeOf(settings: Settings, host: HostName): SiteCompose | undefined {
  const { compose } = hostOf(settings, host);
  if (!compose) return undefined;
  const { directory, project, files, rotation, lokiDriverUrl } = compose;
  return {
    stack: settings.prefix,
    directory,
    project,
    files,
    mounts: LOG_DIRECTORIES.flatMap((log) => mountsOf(settings.logs, compose, log)),
    rotation: rotation.enabled ? rotation : undefined,
    lokiDriverUrl,
    nginxFormat: compose.nginxLogFormat ? compose.services.nginx : undefined,
    scriptTag: scriptTagOf(settings, compose),
    apply: compose.apply ? { probeUrl: compose.probeUrl ?? settings.site.apiUrl } : undefined,
  };
}

/** Sightline's own script where no other is named, with its hash. */
function scriptTagOf(settings: Settings, { scriptTag }: Compose): ScriptTag | undefined {
  if (!scriptTag) return undefined;
  const { file, rebuild, url } = scriptTag;
  const own = browserScript(settings);
  if (own && (url === undefined || url === own.url)) {
    return { file, rebuild, url: own.url, integrity: own.integrity };
  }
  return url === undefined ? undefined : { file, rebuild, url };
}

/** The services that write a log. */
export function servicesOf({ services }: Compose, log: LogDirectory): readonly string[] {
  const named = services[log];
  if (named === undefined) return [];
  return typeof named === "string" ? [named] : named;
}

function mountsOf(logs: Logs, compose: Compose, log: LogDirectory): readonly LogMount[] {
  const folder = logFolderOf(logs, log);
  if (folder === undefined) return [];
  const below = `${compose.directory}/`;
  return servicesOf(compose, log).map((service) => ({
    service,
    folder: folder.startsWith(below) ? `./${folder.slice(below.length)}` : folder,
    inside: compose.logPaths[log],
  }));
}
