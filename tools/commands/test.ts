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

/** All tests, one file after the other; the last line is `N passed, N failed`. */
export async function runTests(words: readonly string[]): Promise<void> {
  await setUp();
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-test-"));
  const file = path.join(folder, "report.json");
  try {
    const flags = ["--runInBand", "--json", `--outputFile=${file}`, ...words];
    // Jest's own report goes to standard error; its JSON on standard output stays in the file.
    const jest = $({ cwd: repositoryRoot, nothrow: true, stdio: ["ignore", "ignore", "inherit"] });
    const { exitCode } = await jest`npx jest ${flags}`;
    const report = JSON.parse(await readFile(file, "utf8")) as Report;
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
    console.log(`${report.numPassedTests} passed, ${failed} failed${skipped}`);
    process.exitCode = exitCode === 0 && failed === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
