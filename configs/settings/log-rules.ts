import type { Problem } from "../errors";
import { LOG_DIRECTORIES } from "../logs/sources";
import { appHosts, homeOf, hostOf, isSameMachine } from "../placement";
import { filterProblems } from "./filter-rules";
import { isLocal } from "./host-rules";
import type { Parsed } from "./settings";
import { sourceProblems } from "./source-rules";

/** Rules between the settings of logs, and between those and the hosts. */
export function logProblems(settings: Partial<Parsed>): readonly Problem[] {
  const { logs, hosts } = settings;
  return [
    ...routeProblems(settings),
    ...folderProblems(settings),
    ...(logs ? sourceProblems(logs) : []),
    ...(logs ? filterProblems(logs) : []),
    ...(logs && hosts && logs.route === "nfs" && areTwoRemote(hosts) ? reachProblems(logs) : []),
  ];
}

/** NFS carries logs between two hosts that are both reached over ssh. */
function routeProblems({ logs, hosts }: Partial<Parsed>): readonly Problem[] {
  if (!logs || !hosts || logs.route === "agent") return [];
  if (areTwoRemote(hosts)) return [];
  return [
    {
      path: "sightline:logs.route",
      rule: "can be nfs only between two hosts that are both reached over ssh",
      got: '"nfs"',
      fix: "pulumi config set --path 'sightline:logs.route' agent",
    },
  ];
}

/** One app host, and the monitoring host on another machine. */
function areTwoRemote(hosts: Parsed["hosts"]): boolean {
  const [site, ...others] = appHosts({ hosts });
  const home = homeOf({ hosts }, "monitoring");
  return (
    site !== undefined &&
    others.length === 0 &&
    !isSameMachine({ hosts }, site, home) &&
    [site, home].every((name) => !isLocal(hostOf({ hosts }, name)))
  );
}

/** Docker takes absolute paths only; where the site runs on this machine they are made absolute. */
function folderProblems({ logs, hosts }: Partial<Parsed>): readonly Problem[] {
  if (!logs || !hosts) return [];
  if (appHosts({ hosts }).every((name) => isLocal(hostOf({ hosts }, name)))) return [];
  return Object.entries(logs.directories)
    .filter(([, folder]) => folder && !folder.startsWith("/"))
    .map(([name, folder]) => ({
      path: `sightline:logs.directories.${name}`,
      rule: "must be an absolute path on an app host that is reached over ssh",
      got: JSON.stringify(folder),
      fix: `for example "/srv/app/data/logs/${name}"`,
    }));
}

/** Over NFS come the three shipped folders and nothing else: there is no agent on the app host. */
function reachProblems(logs: Parsed["logs"]): readonly Problem[] {
  const fix = "pulumi config set --path 'sightline:logs.route' agent";
  const missing = LOG_DIRECTORIES.filter((name) => logs.directories[name] === undefined);
  return [
    ...missing.map((name) => ({
      path: `sightline:logs.directories.${name}`,
      rule: "must be set with route nfs, which exports all three folders",
      got: "nothing",
      fix: `for example "/srv/app/data/logs/${name}"`,
    })),
    ...Object.keys(logs.sources).map((name) => ({
      path: `sightline:logs.sources.${name}`,
      rule: "needs an agent on the app host, which route nfs does without",
      fix,
    })),
    ...(logs.docker.composeProject === undefined
      ? []
      : [
          {
            path: "sightline:logs.docker.composeProject",
            rule: "needs an agent on the app host, which route nfs does without",
            got: JSON.stringify(logs.docker.composeProject),
            fix,
          },
        ]),
  ];
}
