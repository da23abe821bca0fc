import type { Problem } from "../errors";
import { appHosts, hostOf } from "../placement";
import { filterProblems } from "./filter-rules";
import { isLocal } from "./host-rules";
import { routeProblems } from "./route-rules";
import type { Parsed } from "./settings";
import { sourceProblems } from "./source-rules";

/** Rules between the settings of logs, and between those and the hosts. */
export function logProblems(settings: Partial<Parsed>): readonly Problem[] {
  const { logs, browser } = settings;
  return [
    ...routeProblems(settings),
    ...folderProblems(settings),
    ...(logs ? [...sourceProblems(logs), ...beforeProblems(logs)] : []),
    ...(logs && browser ? filterProblems(logs, browser) : []),
  ];
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

function beforeProblems({ storage, storageBefore }: Parsed["logs"]): readonly Problem[] {
  if (!storageBefore || storage.kind !== "filesystem") return [];
  return [
    {
      path: "sightline:logs.storageBefore",
      rule: "is where logs were kept before a bucket, and logs.storage is no bucket",
      got: "logs.storage.kind filesystem",
      fix: "remove it",
    },
  ];
}
