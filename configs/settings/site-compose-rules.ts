import type { Problem } from "../errors";
import { logFolderOf } from "../logs/routes";
import { LOG_DIRECTORIES, type LogDirectory } from "../logs/sources";
import { appHosts } from "../placement";
import { servicesOf } from "../site-files/from-settings";
import type { HostSettings, Parsed } from "./settings";

type Compose = NonNullable<HostSettings["compose"]>;
type Logs = Parsed["logs"];

/** What is added beside a site's Compose file must fit the file, and the agents that read the logs. */
export function siteComposeProblems({ hosts, logs, browser }: Partial<Parsed>): readonly Problem[] {
  if (!hosts) return [];
  const sites = appHosts({ hosts });
  return Object.entries(hosts).flatMap(([name, { compose }]) => {
    if (!compose) return [];
    const path = `sightline:hosts.${name}.compose`;
    if (!sites.includes(name)) return [notOnApp(path)];
    return [
      ...emptyProblems(path, compose),
      ...redisProblems(path, compose),
      ...formatProblems(path, compose),
      ...(browser ? tagProblems(path, compose, browser) : []),
      ...(logs
        ? LOG_DIRECTORIES.flatMap((log) => folderProblems(path, compose, { log, logs }))
        : []),
      ...(logs ? driverProblems(path, compose, logs) : []),
    ];
  });
}

function notOnApp(path: string): Problem {
  return {
    path,
    rule: "belongs to a host with the role app: the site's Compose file is there",
    fix: "move it to that host",
  };
}

function emptyProblems(path: string, compose: Compose): readonly Problem[] {
  const hasServices = LOG_DIRECTORIES.some((log) => servicesOf(compose, log).length > 0);
  if (hasServices || compose.scriptTag) return [];
  return [
    {
      path: `${path}.services`,
      rule: "must name at least one service, or there must be a scriptTag",
      got: "nothing",
      fix: `pulumi config set --path '${path}.services.nginx' nginx`,
    },
  ];
}

/** Redis' image keeps its data in /data: a folder mounted there or above would hide it. */
function redisProblems(path: string, { services, logPaths }: Compose): readonly Problem[] {
  const folder = logPaths.redis.replace(/\/+$/, "");
  if (services.redis === undefined || !["", "/data"].includes(folder)) return [];
  return [
    {
      path: `${path}.logPaths.redis`,
      rule: "must not be where Redis keeps its data: the log folder would hide it",
      got: JSON.stringify(logPaths.redis),
      fix: 'for example "/data/logs", with logfile /data/logs/redis.log in the settings of Redis',
    },
  ];
}

function formatProblems(path: string, compose: Compose): readonly Problem[] {
  if (!compose.nginxLogFormat || compose.services.nginx !== undefined) return [];
  return [
    {
      path: `${path}.services.nginx`,
      rule: "must be set with nginxLogFormat: it says which service is nginx",
      got: "nothing",
      fix: `pulumi config set --path '${path}.services.nginx' nginx`,
    },
  ];
}

function tagProblems(
  path: string,
  { scriptTag }: Compose,
  browser: Parsed["browser"],
): readonly Problem[] {
  if (!scriptTag || scriptTag.url !== undefined || browser.enabled) return [];
  return [
    {
      path: `${path}.scriptTag.url`,
      rule: "must be set without browser.enabled: there is no script of ours to name",
      got: "nothing",
      fix: "pulumi config set --path 'sightline:browser.enabled' true",
    },
  ];
}

/** The folder on the host is the one that the agents read, said once. */
function folderProblems(
  path: string,
  compose: Compose,
  { log, logs }: { readonly log: LogDirectory; readonly logs: Logs },
): readonly Problem[] {
  if (servicesOf(compose, log).length === 0) return [];
  const folder = logFolderOf(logs, log);
  if (folder !== undefined && /^\.{0,2}\/[\w./-]+$/.test(folder)) return [];
  return [
    {
      path: `sightline:logs.directories.${log}`,
      rule: `must be a folder of letters, digits and . _ - / with ${path.replace("sightline:", "")}.services.${log}: the site's log goes there`,
      got: folder === undefined ? "nothing" : JSON.stringify(folder),
      fix: `for example "${compose.directory}/data/logs/${log}"`,
    },
  ];
}

function driverProblems(path: string, { lokiDriverUrl }: Compose, logs: Logs): readonly Problem[] {
  if (lokiDriverUrl === undefined || logs.docker.composeProject === undefined) return [];
  return [
    {
      path: `${path}.lokiDriverUrl`,
      rule: "must not be set with logs.docker.composeProject: every line would come twice",
      got: JSON.stringify(lokiDriverUrl),
      fix: "remove one of the two",
    },
  ];
}
