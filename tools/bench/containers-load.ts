import { performance } from "node:perf_hooks";

import type { BenchStack } from "./bench-stack";
import { type Used, usedByContainers } from "./containers";

/** Memory and share of a processor, sample by sample. */
export interface Load {
  readonly megabytes: readonly number[];
  readonly percent: readonly number[];
}

export type Loads = ReadonlyMap<string, Load>;

/** What each server of a running stack needs, all keepers together, and all: window by window. */
export async function samplesOf(
  stack: BenchStack,
  { runs, windowMs }: { readonly runs: number; readonly windowMs: number },
): Promise<Loads> {
  const all = new Map<string, { megabytes: number[]; percent: number[] }>();
  for (let run = 1; run <= runs; run += 1) {
    const [before, startMs] = [await usedByContainers(stack.name), performance.now()];
    await stack.commands.pause(windowMs);
    const [after, endMs] = [await usedByContainers(stack.name), performance.now()];
    for (const [name, load] of grouped(before, after, endMs - startMs)) {
      const known = all.get(name) ?? { megabytes: [], percent: [] };
      known.megabytes.push(load.megabytes);
      known.percent.push(load.percent);
      all.set(name, known);
    }
  }
  return all;
}

/** Of each server, of all keepers together, and of all. */
export function grouped(before: readonly Used[], after: readonly Used[], milliseconds: number) {
  const groups = new Map<string, { megabytes: number; percent: number }>();
  for (const { name, megabytes, processorSeconds } of after) {
    const earlier = before.find((one) => one.name === name)?.processorSeconds ?? 0;
    const percent = ((processorSeconds - earlier) / (milliseconds / 1_000)) * 100;
    for (const group of ["the whole stack", name.endsWith("-keeper") ? "keepers" : name]) {
      const sum = groups.get(group) ?? { megabytes: 0, percent: 0 };
      groups.set(group, { megabytes: sum.megabytes + megabytes, percent: sum.percent + percent });
    }
  }
  return groups;
}
