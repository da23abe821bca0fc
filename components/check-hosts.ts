import * as pulumi from "@pulumi/pulumi";

import { ConfigError, describeProblem } from "../configs/errors";
import { hostOf } from "../configs/placement";
import { factScript } from "../configs/preflight/fact-script";
import { judge, type Verdict } from "../configs/preflight/judge";
import { machineNeeds, type MachineNeeds } from "../configs/preflight/needs";
import { isLocal } from "../configs/settings/host-rules";
import type { Settings } from "../configs/settings/settings";
import { hostAnswers, type HostCommand } from "./host-answers";
import { sshCommand } from "./ssh";

/**
 * Looks at all hosts before the first resource exists. An update that would fail half way is refused; a
 * preview says what is wrong and goes on: it may run where there are no keys.
 *
 * @throws pulumi.RunError that lists every problem of every host
 */
export function checkHosts(settings: Settings): void {
  const verdicts = judgeHosts(settings);
  for (const note of verdicts.flatMap(({ notes }) => notes)) void pulumi.log.info(note);
  const problems = verdicts.flatMap((verdict) => verdict.problems);
  if (problems.length === 0) return;
  if (!pulumi.runtime.isDryRun()) {
    const title = "Hosts are not ready, and nothing was changed";
    throw new pulumi.RunError(new ConfigError(problems, title).message);
  }
  for (const problem of problems) {
    void pulumi.log.warn(
      `an update would be refused: ${describeProblem(problem).replace(/^ *- /, "")}`,
    );
  }
}

function judgeHosts(settings: Settings): readonly Verdict[] {
  const needs = machineNeeds(settings);
  const answers = hostAnswers(needs.map((one) => commandFor(settings, one)));
  return needs.map((one, index) =>
    judge(settings, one, answers[index] ?? { exitCode: undefined, stdout: "", stderr: "" }),
  );
}

function commandFor(settings: Settings, needs: MachineNeeds): HostCommand {
  const host = hostOf(settings, needs.host);
  const shell = ["sh", "-s"];
  return { words: isLocal(host) ? shell : sshCommand(host, shell), input: factScript(needs) };
}
