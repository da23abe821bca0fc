import { hostOf } from "../../../configs/placement";
import { factScript } from "../../../configs/preflight/fact-script";
import { type Facts, parseFacts } from "../../../configs/preflight/facts";
import { judge } from "../../../configs/preflight/judge";
import { machineNeeds, type MachineNeeds } from "../../../configs/preflight/needs";
import type { Answer } from "../../../configs/preflight/reach";
import type { Settings } from "../../../configs/settings/settings";
import type { Check } from "../check";
import { type Finding, fine, problem, unknown } from "../finding";

export const hosts: Check = {
  name: "hosts",
  looksAt:
    "what `pulumi up` asks first: each host reached, its Docker and that one's version, ports free or the stack's own, log folders readable",
  limitSeconds: 25,
  run: async ({ settings, onHost }, signal) => {
    const findings = machineNeeds(settings).map(async (needs) =>
      hostFindings(settings, needs, await onHost(needs.host, factScript(needs), signal)),
    );
    return (await Promise.all(findings)).flat();
  },
};

/** What the check before an update would say, and what is well where it is content. */
export function hostFindings(
  settings: Settings,
  needs: MachineNeeds,
  answer: Answer,
): readonly Finding[] {
  const path = `sightline:hosts.${needs.host}`;
  const { problems, notes } = judge(settings, needs, answer);
  const facts = parseFacts(answer.stdout);
  const wasSeen = facts !== undefined && facts.docker.kind !== "missing";
  const told = notes.map((note) =>
    wasSeen
      ? fine(path, note)
      : unknown(
          path,
          note,
          `run it where Docker's command is, or give hosts.${needs.host}.endpoint`,
        ),
  );
  if (problems.length > 0) return [...problems.map(problem), ...told];
  return wasSeen ? [fine(path, whatIsWell(settings, needs, facts)), ...told] : told;
}

function whatIsWell(settings: Settings, { host, ports }: MachineNeeds, { docker }: Facts): string {
  const version = docker.kind === "answers" ? docker.version : "";
  const { endpoint } = hostOf(settings, host);
  const free = ports.length === 1 ? "1 port is" : `${ports.length} ports are`;
  return `Docker ${version} answers at ${endpoint}, ${free} free or the stack's own`;
}
