import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import { repositoryRoot } from "../lib/paths";

/** The part of jest's report that we read. */
export interface FileReport {
  /** The file's absolute path. */
  readonly name: string;
  readonly status: string;
  /** Of a file that cannot be run, why; then it has no tests. */
  readonly message: string;
  /** When it began and ended, in milliseconds since 1970. */
  readonly startTime: number;
  readonly endTime: number;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[] | null;
  }[];
}

export interface JestRun {
  readonly files: readonly FileReport[];
  /** Not 0 also where jest itself failed, with no test to blame. */
  readonly exitCode: number | null;
}

/**
 * Runs jest and reads its report. What it says while it runs goes to standard error.
 *
 * @throws Error when jest ends without a report
 */
export async function runJest(flags: readonly string[]): Promise<JestRun> {
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-test-"));
  const file = path.join(folder, "report.json");
  try {
    const words = [...flags, "--json", `--outputFile=${file}`];
    // Jest's own report goes to standard error; its JSON on standard output stays in the file.
    const jest = $({ cwd: repositoryRoot, nothrow: true, stdio: ["ignore", "ignore", "inherit"] });
    const { exitCode } = await jest`npx jest ${words}`;
    const report = JSON.parse(await readFile(file, "utf8")) as { testResults: FileReport[] };
    return { files: report.testResults, exitCode };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
