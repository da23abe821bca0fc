import type { Problem } from "../errors";
import { exportedFolder, nfsDirectories, overNfs, routedSources, routeOf } from "../logs/routes";
import {
  DOCKER_SOURCE,
  LOG_DIRECTORIES,
  type LogDirectory,
  ownSources,
  SYSTEM_SOURCE,
} from "../logs/sources";
import { appHosts, homeOf, hostOf, isSameMachine } from "../placement";
import { suggestion } from "./fields";
import { isLocal } from "./host-rules";
import type { Parsed } from "./settings";

type Logs = Parsed["logs"];

/** Each log has one route, and over NFS come folders of the site between two hosts, and nothing else. */
export function routeProblems({ logs, hosts }: Partial<Parsed>): readonly Problem[] {
  if (!logs) return [];
  const unknown = unknownProblems(logs);
  if (!hosts || unknown.length > 0) return unknown;
  const ofHosts = hostProblems(logs, hosts);
  return ofHosts.length > 0 ? ofHosts : reachProblems(logs);
}

function unknownProblems(logs: Logs): readonly Problem[] {
  const known = routedSources(logs);
  return Object.keys(logs.routes)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: routePath(name),
      rule: "is not a log source of this stack",
      fix: LOG_DIRECTORIES.some((directory) => directory === name)
        ? `set logs.directories.${name}, or remove it`
        : (suggestion(name, known) ?? `use one of ${known.join(", ")}`),
    }));
}

/** NFS carries logs from one app host to the monitoring host, and root's shell on both puts it up. */
function hostProblems({ route, routes }: Logs, hosts: Parsed["hosts"]): readonly Problem[] {
  const found = hostsAgainst(hosts);
  if (!found) return [];
  const names = Object.keys(routes).filter((name) => routes[name] === "nfs");
  const paths = [...(route === "nfs" ? ["sightline:logs.route"] : []), ...names.map(routePath)];
  const { rule, because } = found;
  return paths.map((path) => ({ path, rule, got: `"nfs" with ${because}`, fix: byAgent(path) }));
}

function hostsAgainst(hosts: Parsed["hosts"]) {
  const sites = appHosts({ hosts });
  const [site] = sites;
  const home = homeOf({ hosts }, "monitoring");
  const local = [...sites, home].filter((name) => isLocal(hostOf({ hosts }, name)));
  if (site === undefined) return { rule: "can be nfs only with an app host", because: "none" };
  if (sites.length > 1) {
    return { rule: "can be nfs only with one app host", because: sites.join(" and ") };
  }
  if (local.length > 0) {
    return {
      rule: "can be nfs only between hosts reached over ssh",
      because: `${local.join(" and ")} local`,
    };
  }
  if (isSameMachine({ hosts }, site, home)) {
    return {
      rule: "can be nfs only between two machines",
      because: `${site} and ${home} on one`,
    };
  }
  return undefined;
}

function reachProblems(logs: Logs): readonly Problem[] {
  const idle: Problem = {
    path: "sightline:logs.route",
    rule: "must bring something: no folder of logs.directories comes by it",
    got: '"nfs"',
    fix: byAgent("sightline:logs.route"),
  };
  const isIdle = logs.route === "nfs" && nfsDirectories(logs).length === 0;
  return [
    ...(isIdle ? [idle] : []),
    ...nfsDirectories(logs).flatMap((name) => exportedProblems(logs, name)),
    ...routedSources(logs)
      .filter((name) => routeOf(logs, name) === "nfs")
      .flatMap((name) => uncarriedProblems(logs, name)),
  ];
}

/** What is exported is exportRoot's; another folder would be named and never read. */
function exportedProblems(logs: Logs, name: LogDirectory): readonly Problem[] {
  const folder = logs.directories[name];
  const exported = exportedFolder(logs, name);
  if (folder === exported) return [];
  const path = `sightline:logs.directories.${name}`;
  return [
    {
      path,
      rule: "must be the folder of that name in logs.nfs.exportRoot with route nfs, which exports no other",
      got: JSON.stringify(folder),
      fix: `pulumi config set --path '${path}' ${exported}, or correct logs.nfs.exportRoot`,
    },
  ];
}

function uncarriedProblems(logs: Logs, name: string): readonly Problem[] {
  const rule = whyNot(logs, name);
  if (rule === undefined) return [];
  const isAsked = logs.routes[name] !== undefined;
  const { path, value } = isAsked ? { path: routePath(name), value: "nfs" } : written(logs, name);
  return [{ path, rule, got: JSON.stringify(value), fix: byAgent(routePath(name)) }];
}

/** Why a log cannot come over NFS; undefined where it can, or is not asked for. */
function whyNot(logs: Logs, name: string): string | undefined {
  if (name === SYSTEM_SOURCE) {
    return logs.routes[name] === undefined
      ? undefined
      : "is the system's own log: NFS does not carry it";
  }
  if (name === DOCKER_SOURCE) return "is what containers print: NFS does not carry it";
  const source = ownSources({ logs }).find((one) => one.name === name);
  if (!source || overNfs(logs, source)) return undefined;
  if (source.origin.kind === "container")
    return "is what a container prints: NFS does not carry it";
  const exported = nfsDirectories(logs).map((directory) => exportedFolder(logs, directory));
  return `is in no folder that comes over NFS (${exported.join(", ") || "there is none"})`;
}

/** Where a source stands in the settings that has no route of its own. */
function written(logs: Logs, name: string) {
  if (name === DOCKER_SOURCE) {
    return { path: "sightline:logs.docker.composeProject", value: logs.docker.composeProject };
  }
  const { path, container } = logs.sources[name] ?? {};
  return { path: `sightline:logs.sources.${name}`, value: path ?? container };
}

function routePath(name: string): string {
  return `sightline:logs.routes.${name}`;
}

function byAgent(path: string): string {
  return `pulumi config set --path '${path}' agent`;
}
