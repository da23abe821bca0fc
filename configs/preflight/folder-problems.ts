import type { Problem } from "../errors";
import type { Facts, FolderFact } from "./facts";
import type { FolderNeed, MachineNeeds } from "./needs";

/** Folders of logs must be there and readable, and what is written to must not be mounted read-only. */
export function folderProblems({ host, folders }: MachineNeeds, facts: Facts): readonly Problem[] {
  return folders.flatMap((need, index) => {
    const fact = facts.folders.get(index);
    if (!fact) return [];
    return need.kind === "writes" ? written(host, need, fact) : read(host, need, fact);
  });
}

function written(host: string, { path, folder }: FolderNeed, fact: FolderFact): Problem[] {
  if (!fact.isReadOnly) return [];
  return [
    {
      path,
      rule: `needs a folder on ${host} that can be written to`,
      got: `${folder}, which is on a file system mounted read-only`,
      fix: `on that host: sudo mount -o remount,rw "$(findmnt -no TARGET -T ${folder})"`,
    },
  ];
}

function read(host: string, { path, folder }: FolderNeed, fact: FolderFact): Problem[] {
  const rule = `must be in a folder of ${host} that the log agent can read`;
  if (fact.state === "hidden") return [];
  if (fact.state !== "directory") {
    const got = fact.state === "missing" ? "which is not there" : "which is a file";
    const fix = "correct the path, or start what writes there first";
    return [{ path, rule, got: `${folder}, ${got}`, fix }];
  }
  if (fact.access === undefined || isReadable(fact.access)) return [];
  const got = `${folder}, mode ${fact.access.mode}`;
  return [{ path, rule, got, fix: `on that host: sudo chmod o+rx ${folder}` }];
}

/** Groups of the agents: root's, and Debian's `adm` where they read the system's logs. */
const AGENT_GROUPS = [0, 4];

/** The agents are root without its powers: the same bits count for them as for anybody. */
function isReadable({ mode, user, group }: NonNullable<FolderFact["access"]>): boolean {
  const first = user === 0 ? 0 : AGENT_GROUPS.includes(group) ? 3 : 6;
  return /^r.[xst]$/.test(mode.slice(first, first + 3));
}
