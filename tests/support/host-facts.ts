import { BEGIN, END } from "../../configs/preflight/fact-script";
import type { Answer } from "../../configs/preflight/reach";

/** What a machine prints that has all that every stack of the tests needs. */
export const HEALTHY: readonly string[] = [
  "user\tdeploy",
  "docker\tversion=20.10.24",
  "root\t/var/lib/docker",
];

/** The answer of a machine with these facts. */
export function answerOf(facts: readonly string[]): Answer {
  return { exitCode: 0, stdout: [BEGIN, ...facts, END, ""].join("\n"), stderr: "" };
}

/** The answer of a host that ssh did not reach, with its words. */
export function unreached(stderr: string): Answer {
  return { exitCode: 255, stdout: "", stderr };
}
