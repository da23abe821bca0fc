import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { endByForce } from "../lib/processes";

/**
 * Ends what an engine that was killed had started: its plugins, and the program. By themselves they look
 * for it every few minutes, and end then; the program uses a processor until it does. Where there is no /proc, that is waited for by nobody.
 *
 * @param backend address of the stack's state, which all of them have in their environment
 */
export async function endOrphans(backend: string): Promise<void> {
  const numbers = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of numbers) {
    if (await isOrphan(pid, backend)) await endByForce(Number(pid));
  }
}

/** A command that somebody runs beside the stack has the address as well. */
async function isOrphan(pid: string, backend: string): Promise<boolean> {
  const [environment, words] = await Promise.all(["environ", "cmdline"].map((of) => read(pid, of)));
  const [program = ""] = words ?? [];
  const isEngines =
    path.basename(program).startsWith("pulumi-") ||
    (words ?? []).some((word) => word.includes("/@pulumi/pulumi/cmd/run"));
  return isEngines && (environment ?? []).includes(`PULUMI_BACKEND_URL=${backend}`);
}

/** Nothing of a process that has just ended, or is another user's. */
async function read(pid: string, what: string): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/${what}`, "utf8").catch(() => "");
  return text.split("\0");
}
