import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { quoted } from "../configs/preflight/fact-script";
import type { Answer } from "../configs/preflight/reach";

/** One program to run, and what it reads. */
export interface HostCommand {
  readonly words: readonly string[];
  readonly input: string;
}

/** A host may answer and then hang. */
const DEADLINE_MS = 20_000;

/**
 * Runs programs beside each other and waits for all. The program cannot go on without the answers, and
 * what it exports must be there when its file has been read: so this does not return before.
 *
 * @param deadlineMs how long all of them together may take @default `20_000`
 */
export function hostAnswers(
  commands: readonly HostCommand[],
  deadlineMs = DEADLINE_MS,
): readonly Answer[] {
  const folder = mkdtempSync(join(tmpdir(), "sightline-hosts-"));
  try {
    commands.forEach(({ input }, index) => {
      writeFileSync(join(folder, `${index}.in`), input);
    });
    const script = shellScript(commands);
    spawnSync("/bin/sh", ["-c", script], { cwd: folder, stdio: "ignore", timeout: deadlineMs });
    return commands.map((_, index) => readAnswer(join(folder, `${index}`)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts all, then waits for each; at the deadline, ends those that still run. */
function shellScript(commands: readonly HostCommand[]): string {
  return [
    "pids=",
    "trap 'kill $pids; exit' TERM",
    // A shared connection goes on in the background: only files keep nobody waiting for its end.
    ...commands.flatMap(({ words }, index) => [
      `${words.map(quoted).join(" ")} <${index}.in >${index}.out 2>${index}.err &`,
      `pid${index}=$!`,
      'pids="$pids $!"',
    ]),
    ...commands.map((_, index) => `wait $pid${index}; echo $? >${index}.code`),
  ].join("\n");
}

function readAnswer(file: string): Answer {
  const read = (kind: string) =>
    existsSync(`${file}.${kind}`) ? readFileSync(`${file}.${kind}`, "utf8") : "";
  const code = read("code").trim();
  return {
    exitCode: code === "" ? undefined : Number(code),
    stdout: read("out"),
    stderr: read("err"),
  };
}
