import type { State } from "./finding";
import type { Result } from "./run-checks";

const MARKS: Readonly<Record<State, string>> = {
  fine: "ok",
  problem: "PROBLEM",
  unknown: "unknown",
  unneeded: "-",
};

/** A line for each finding, and one that sums up. */
export function reportText(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ check }) => check.length), 0);
  const lines = results.map(({ state, check, subject, says, fix }) => {
    const end = fix === undefined ? "" : `. Fix: ${fix}`;
    return `${MARKS[state].padEnd(7)}  ${check.padEnd(width)}  ${subject}: ${says}${end}`;
  });
  return [...lines, "", summary(results)].join("\n");
}

function summary(results: readonly Result[]): string {
  const count = (state: State) => results.filter((result) => result.state === state).length;
  const problems = count("problem");
  return [
    `${count("fine")} fine`,
    `${problems} ${problems === 1 ? "problem" : "problems"}`,
    `${count("unknown")} could not be asked`,
    `${count("unneeded")} not needed by these settings`,
  ].join(", ");
}

/** For programs: what was found, and the exit status that goes with it. */
export function reportJson(stack: string, results: readonly Result[]): string {
  return JSON.stringify({ stack, exitCode: exitCodeOf(results), findings: results }, undefined, 2);
}

/** 0 where all is fine, 1 with a problem, 2 where something could not be asked. */
export function exitCodeOf(results: readonly Result[]): 0 | 1 | 2 {
  if (results.some(({ state }) => state === "problem")) return 1;
  return results.some(({ state }) => state === "unknown") ? 2 : 0;
}
