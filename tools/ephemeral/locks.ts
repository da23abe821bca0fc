import path from "node:path";

import { $ } from "zx";

import { endByForce, ends } from "../lib/processes";
import { locksIn } from "../stack/locks";

/** How long an engine may take to finish what it is making. */
const GENTLE_MS = 60_000;

/**
 * Ends the engines that still work on a stack although whoever started them was killed: they would
 * go on making what a clean-up takes away.
 */
export async function endEngines(folder: string): Promise<void> {
  for (const pid of await lockHolders(folder)) {
    // A number can have gone to another process since.
    if (!(await isEngine(pid))) continue;
    process.kill(pid, "SIGINT");
    if (!(await ends(pid, GENTLE_MS))) await endByForce(pid);
  }
}

/** Processes that hold a lock of the stack in a folder. */
export async function lockHolders(folder: string): Promise<readonly number[]> {
  return (await locksIn(path.join(folder, "state"))).map(({ pid }) => pid);
}

async function isEngine(pid: number): Promise<boolean> {
  const { stdout } = await $({ quiet: true, nothrow: true })`ps -o comm= -p ${pid}`;
  return path.basename(stdout.trim()) === "pulumi";
}
