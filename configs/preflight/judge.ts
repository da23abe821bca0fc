import type { Problem } from "../errors";
import { type HostName, hostOf } from "../placement";
import { isLocal } from "../settings/host-rules";
import type { Settings } from "../settings/settings";
import { dockerProblems } from "./docker-problems";
import { parseFacts } from "./facts";
import { folderProblems } from "./folder-problems";
import { logPlaceFindings } from "./log-place";
import type { MachineNeeds } from "./needs";
import { portProblems } from "./port-problems";
import { type Answer, reachProblem } from "./reach";

/** What is wrong with a machine, and what could not be looked at. */
export interface Verdict {
  readonly host: HostName;
  readonly problems: readonly Problem[];
  /** What stays unknown, in a line each; it holds nothing up. */
  readonly notes: readonly string[];
}

/** Whether a machine has what it needs, from what the script printed there. */
export function judge(settings: Settings, needs: MachineNeeds, answer: Answer): Verdict {
  const { host } = needs;
  const facts = parseFacts(answer.stdout);
  if (facts === undefined) return unknown(settings, host, answer);
  const isBlind = facts.docker.kind === "missing" && isLocal(hostOf(settings, host));
  const logs = logPlaceFindings(settings, facts);
  return {
    host,
    problems: [
      ...(isBlind ? [] : dockerProblems(needs, facts)),
      ...portProblems(settings, needs, facts),
      ...folderProblems(needs, facts),
      ...logs.problems,
    ],
    notes: isBlind
      ? [`${host} was not asked for its Docker: there is no docker command on this machine`]
      : logs.notes,
  };
}

/** A machine of which there are no facts: one over ssh is needed, this one may lack a shell. */
function unknown(settings: Settings, host: HostName, answer: Answer): Verdict {
  const reached = hostOf(settings, host);
  return isLocal(reached)
    ? { host, problems: [], notes: [`${host} was not looked at: there is no POSIX shell here`] }
    : { host, problems: [reachProblem(host, reached, answer)], notes: [] };
}
