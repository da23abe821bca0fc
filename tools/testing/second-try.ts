import { FileReport, JestRun } from "./jest-run";

/** More failed files than this are no accident, and nobody waits for them twice. */
export const MOST_SECOND_TRIES = 5;

/** What a run came to, once what failed has had its second try. */
export interface Outcome {
  /** Each file's last report. */
  readonly files: readonly FileReport[];
  /** First reports of the files that failed and then passed. */
  readonly unsteady: readonly FileReport[];
  readonly exitCode: number | null;
}

/**
 * Runs files that failed once more, alone: beside another file, and on a machine that others share,
 * a server may miss a deadline for want of a processor. Nothing of it is kept quiet: what failed at
 * first is told of as well.
 *
 * @param again runs only the files of these absolute paths
 */
export async function withSecondTry(
  first: JestRun,
  again: (files: readonly string[]) => Promise<JestRun>,
): Promise<Outcome> {
  const failed = first.files.filter(({ status }) => status === "failed");
  if (failed.length === 0 || failed.length > MOST_SECOND_TRIES) return { ...first, unsteady: [] };
  const second = await again(failed.map(({ name }) => name));
  const last = new Map(second.files.map((file) => [file.name, file]));
  return {
    files: first.files.map((file) => last.get(file.name) ?? file),
    unsteady: failed.filter(({ name }) => last.get(name)?.status === "passed"),
    exitCode: second.exitCode,
  };
}
