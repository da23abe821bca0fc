import { setTimeout as sleep } from "node:timers/promises";

const EVERY_MS = 200;
/** Longer than a killed process needs. */
const KILLED_MS = 60_000;

/** Whether a process lives, also one of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Kills a process, and waits until it is gone. */
export async function endByForce(pid: number): Promise<void> {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
  await ends(pid, KILLED_MS);
}

/** Whether a process ends within a time. */
export async function ends(pid: number, deadlineMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < deadlineMs; waitedMs += EVERY_MS) {
    if (!isAlive(pid)) return true;
    await sleep(EVERY_MS);
  }
  return !isAlive(pid);
}
