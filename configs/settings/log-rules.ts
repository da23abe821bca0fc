import type { Problem } from "../errors";
import { LOG_DIRECTORIES, type LogDirectory } from "../logs/sources";
import { exportedFolder } from "../nfs/directories";
import { appHosts, homeOf, hostOf, isSameMachine } from "../placement";
import { filterProblems } from "./filter-rules";
import { isLocal } from "./host-rules";
import type { Parsed } from "./settings";
import { sourceProblems } from "./source-rules";

/** Rules between the settings of logs, and between those and the hosts. */
export function logProblems(settings: Partial<Parsed>): readonly Problem[] {
  const { logs } = settings;
  const ofRoute = routeProblems(settings);
  return [
    ...ofRoute,
    ...folderProblems(settings),
    ...(logs ? sourceProblems(logs) : []),
    ...(logs ? filterProblems(logs) : []),
    ...(logs?.route === "nfs" && ofRoute.length === 0 ? reachProblems(logs) : []),
  ];
}

const WITHOUT_NFS = "pulumi config set --path 'sightline:logs.route' agent";

/** NFS carries logs from one app host to the monitoring host, and root's shell on both puts it up. */
function routeProblems({ logs, hosts }: Partial<Parsed>): readonly Problem[] {
  if (!logs || !hosts || logs.route === "agent") return [];
  const sites = appHosts({ hosts });
  const [site] = sites;
  const home = homeOf({ hosts }, "monitoring");
  const local = [...sites, home].filter((name) => isLocal(hostOf({ hosts }, name)));
  const refused = (rule: string, because: string): readonly Problem[] => [
    { path: "sightline:logs.route", rule, got: `"nfs" with ${because}`, fix: WITHOUT_NFS },
  ];
  if (site === undefined) return refused("can be nfs only with an app host", "none");
  if (sites.length > 1) {
    return refused("can be nfs only with one app host", sites.join(" and "));
  }
  if (local.length > 0) {
    return refused(
      "can be nfs only between hosts reached over ssh",
      `${local.join(" and ")} local`,
    );
  }
  if (isSameMachine({ hosts }, site, home)) {
    return refused("can be nfs only between two machines", `${site} and ${home} on one`);
  }
  return [];
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
  return [
    ...LOG_DIRECTORIES.flatMap((name) => exportedProblems(logs, name)),
    ...Object.keys(logs.sources).map((name) => ({
      path: `sightline:logs.sources.${name}`,
      rule: "needs an agent on the app host, which route nfs does without",
      fix: WITHOUT_NFS,
    })),
    ...(logs.docker.composeProject === undefined
      ? []
      : [
          {
            path: "sightline:logs.docker.composeProject",
            rule: "needs an agent on the app host, which route nfs does without",
            got: JSON.stringify(logs.docker.composeProject),
            fix: WITHOUT_NFS,
          },
        ]),
  ];
}

/** What is exported is exportRoot's; another folder would be named and never read. */
function exportedProblems(logs: Parsed["logs"], name: LogDirectory): readonly Problem[] {
  const folder = logs.directories[name];
  const exported = exportedFolder(logs, name);
  if (folder === exported) return [];
  return [
    {
      path: `sightline:logs.directories.${name}`,
      rule: "must be the folder of that name in logs.nfs.exportRoot with route nfs, which exports all three",
      got: folder === undefined ? "nothing" : JSON.stringify(folder),
      fix: `pulumi config set --path 'sightline:logs.directories.${name}' ${exported}, or correct logs.nfs.exportRoot`,
    },
  ];
}
