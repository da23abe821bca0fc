import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import { endByForce, ends } from "../lib/processes";

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

/** Processes that hold a lock of the stack, as the backend writes it down. */
export async function lockHolders(folder: string): Promise<readonly number[]> {
  const locks = path.join(folder, "state", ".pulumi", "locks");
  const files = await readdir(locks, { recursive: true, withFileTypes: true }).catch(() => []);
  const texts = files
    .filter((file) => file.isFile() && file.name.endsWith(".json"))
    .map((file) => readFile(path.join(file.parentPath, file.name), "utf8").catch(() => "{}"));
  return (await Promise.all(texts)).flatMap((text) => {
    const { pid } = JSON.parse(text) as { readonly pid?: number };
    return pid === undefined ? [] : [pid];
  });
}

async function isEngine(pid: number): Promise<boolean> {
  const { stdout } = await $({ quiet: true, nothrow: true })`ps -o comm= -p ${pid}`;
  return path.basename(stdout.trim()) === "pulumi";
}
