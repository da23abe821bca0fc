import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

import { $ } from "zx";

import { installDebianPackages } from "../docker/apt";
import { chromiumPath } from "../lib/chromium";
import { repositoryRoot } from "../lib/paths";
import { reasonOf } from "../lib/setup-error";
import { setUp } from "../setup/setup";

/** The part of jest's report that we print. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly FileReport[];
}

interface FileReport {
  readonly name: string;
  /** Of a file that cannot be run, why; then it has no tests. */
  readonly message: string;
  readonly status: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[] | null;
  }[];
}

/** Enough of a failure to see what was expected, what was seen, and where. */
const FAILURE_LINES = 30;

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
  await ensureChromium();
  const phases = words.length === 0 ? PHASES : [["--runInBand", ...words]];
  const outcomes: Outcome[] = [];
  for (const flags of phases) outcomes.push(await run(flags));
  const sum = (count: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  // Once more at the end: a log of an hour is cut in the middle by many who keep it.
  for (const failure of outcomes.flatMap((outcome) => outcome.failures)) console.log(failure);
  const skipped = sum((outcome) => outcome.skipped);
  if (skipped > 0) console.log(`${skipped} skipped; npm run test:full has what takes longer`);
  console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
  process.exitCode = outcomes.every(({ failed, exitCode }) => exitCode === 0 && failed === 0)
    ? 0
    : 1;
}

/** Without one, the tests in a browser are skipped, and say so. */
async function ensureChromium(): Promise<void> {
  if (chromiumPath() !== undefined) return;
  try {
    const onProgress = (line: string) => {
      console.log(line);
    };
    await installDebianPackages(["chromium"], { toolName: "chromium", onProgress });
  } catch (error) {
    console.log(`tests in a browser are skipped: ${reasonOf(error)}`);
  }
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
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
      failures: report.testResults.flatMap(failuresOf),
      exitCode,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function failuresOf({ name, message, status, assertionResults }: FileReport): readonly string[] {
  const file = path.relative(repositoryRoot, name);
  if (status === "failed" && assertionResults.length === 0) return [shown(file, message)];
  return assertionResults
    .filter((test) => test.status === "failed")
    .map((test) => shown(`${file}: ${test.fullName}`, (test.failureMessages ?? []).join("\n")));
}

function shown(what: string, message: string): string {
  const lines = stripVTControlCharacters(message).split("\n").slice(0, FAILURE_LINES);
  return [`FAILED ${what}`, ...lines.map((line) => `  ${line}`)].join("\n");
}
