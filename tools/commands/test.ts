import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import { repositoryRoot } from "../lib/paths";
import { setUp } from "../setup/setup";

/** The part of jest's report that we print. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * What runs beside each other, and what does not: stacks of end-to-end tests measure seconds, and
 * each takes all of a small machine.
 */
const PHASES: readonly (readonly string[])[] = [
  ["--selectProjects", "unit", "contract", "servers", "--maxWorkers=2"],
  ["--selectProjects", "e2e", "--runInBand"],
];

/**
 * All tests, or those that the words choose, one file after the other. The last line is
 * `N passed, N failed`.
 */
export async function runTests(words: readonly string[]): Promise<void> {
  await setUp();
  const phases = words.length === 0 ? PHASES : [["--runInBand", ...words]];
  const outcomes: Outcome[] = [];
  for (const flags of phases) outcomes.push(await run(flags));
  const sum = (count: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const skipped = sum((outcome) => outcome.skipped);
  console.log(
    `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed` +
      (skipped > 0 ? `, ${skipped} skipped` : ""),
  );
  process.exitCode = outcomes.every(({ failed, exitCode }) => exitCode === 0 && failed === 0)
    ? 0
    : 1;
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly exitCode: number | null;
}

async function run(chosen: readonly string[]): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-test-"));
  const file = path.join(folder, "report.json");
  try {
    const flags = [...chosen, "--json", `--outputFile=${file}`];
    // Jest's own report goes to standard error; its JSON on standard output stays in the file.
    const jest = $({ cwd: repositoryRoot, nothrow: true, stdio: ["ignore", "ignore", "inherit"] });
    const { exitCode } = await jest`npx jest ${flags}`;
    const report = JSON.parse(await readFile(file, "utf8")) as Report;
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
      skipped: report.numPendingTests,
      exitCode,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
