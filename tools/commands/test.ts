import { installDebianPackages } from "../docker/apt";
import { chromiumPath } from "../lib/chromium";
import { reasonOf } from "../lib/setup-error";
import { setUp } from "../setup/setup";
import { runJest } from "../testing/jest-run";
import { allPassed, reportOf } from "../testing/report";
import { Outcome, withSecondTry } from "../testing/second-try";

/**
 * What runs beside each other, and what does not: stacks of end-to-end tests measure seconds, and
 * each takes all of a small machine. A test that fails may leave a connection open: jest would wait
 * for its end, and say nothing.
 */
const PHASES: readonly (readonly string[])[] = [
  ["--selectProjects", "unit", "contract", "servers", "--maxWorkers=2", "--forceExit"],
  ["--selectProjects", "e2e", "--runInBand", "--forceExit"],
];

/**
 * All tests, or those that the words choose, one file after the other. A file that fails among all
 * tests has a second try, which is told of. The last line is `N passed, N failed`.
 */
export async function runTests(words: readonly string[]): Promise<void> {
  await setUp();
  await ensureChromium();
  const outcomes: Outcome[] = [];
  if (words.length > 0) {
    outcomes.push({ ...(await runJest(["--runInBand", ...words])), unsteady: [] });
  } else {
    for (const flags of PHASES) outcomes.push(await withSecondTry(await runJest(flags), runAlone));
  }
  // Once more at the end: a log of an hour is cut in the middle by many who keep it.
  for (const line of reportOf(outcomes)) console.log(line);
  process.exitCode = allPassed(outcomes) ? 0 : 1;
}

async function runAlone(files: readonly string[]) {
  console.log(`once more, one after the other: ${files.join(" ")}`);
  return runJest(["--runInBand", "--forceExit", "--runTestsByPath", ...files]);
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
