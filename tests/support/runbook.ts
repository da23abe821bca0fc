import { readFile } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import type { AlertName } from "../../configs/thresholds/thresholds";
import { repositoryRoot } from "./fixtures";

/** What stands in a runbook for something that only the reader knows. */
export type Replacements = Readonly<Record<string, string>>;

/** A command of a runbook, as it was run, with what it printed. */
export interface RunCommand {
  readonly command: string;
  readonly exitCode: number | null;
  readonly output: string;
}

/** The commands of a runbook, in order: every line of its fenced blocks, but for queries. */
export async function runbookCommands(alert: AlertName): Promise<readonly string[]> {
  const text = await readFile(path.join(repositoryRoot, "docs/runbooks", `${alert}.md`), "utf8");
  const blocks = [...text.matchAll(/^```(?:sh)?\n(.*?)^```/gms)].map(([, block = ""]) => block);
  return blocks
    .flatMap((block) => block.replaceAll("\\\n", " ").split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** Runs the commands of a runbook as its reader would, on the stack of a test. */
export async function runRunbook(
  alert: AlertName,
  replacements: Replacements,
): Promise<readonly RunCommand[]> {
  const results: RunCommand[] = [];
  for (const written of await runbookCommands(alert)) {
    const command = Object.entries(replacements).reduce(
      (line, [from, to]) => line.replaceAll(from, to),
      written,
    );
    const run = $({ quiet: true, nothrow: true, timeout: "20s" });
    const result = await run`bash -c ${command}`;
    results.push({ command, exitCode: result.exitCode, output: result.stdout + result.stderr });
  }
  return results;
}
