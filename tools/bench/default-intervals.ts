import { readStackFile } from "../stack/stack-file";
import type { BenchStack } from "./bench-stack";

const INTERVALS = "sightline:intervals";

/**
 * Measures the stack with checks and rules as often as people have them: those that are judged each
 * second, as elsewhere in the bench, cost what nobody pays.
 *
 * @param measure finds nothing deployed yet of the change, and edits and deploys what it measures
 */
export async function atDefaultIntervals<T>(
  stack: BenchStack,
  measure: () => Promise<T>,
): Promise<T> {
  const shortened = await readStackFile(stack.file, INTERVALS);
  await stack.edit({ [INTERVALS]: undefined });
  const measured = await measure();
  await stack.edit({ [INTERVALS]: shortened });
  await stack.up();
  return measured;
}
