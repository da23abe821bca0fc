import { readStackFile } from "../stack/stack-file";
import type { BenchStack } from "./bench-stack";

const INTERVALS = "sightline:intervals";

/**
 * Measures the stack with other intervals than those of the bench, by which rules are judged each second:
 * that costs what nobody pays. The settings are put back; the next item's update deploys them.
 *
 * @param intervals raw settings. @default those that people have who set none
 * @param measure finds nothing deployed yet of the change, and edits and deploys what it measures
 */
export async function withIntervals<T>(
  stack: BenchStack,
  intervals: Readonly<Record<string, string>> | undefined,
  measure: () => Promise<T>,
): Promise<T> {
  const shortened = await readStackFile(stack.file, INTERVALS);
  await stack.edit({ [INTERVALS]: intervals });
  const measured = await measure();
  await stack.edit({ [INTERVALS]: shortened });
  return measured;
}
