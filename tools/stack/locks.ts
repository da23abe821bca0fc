import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";

import { isAlive } from "../lib/processes";

/** A process that holds a stack, as Pulumi's backend in a folder writes it down. */
export interface Lock {
  readonly pid: number;
  readonly hostname: string;
  /** Organization, project and stack. */
  readonly of: readonly string[];
}

/** The locks of all stacks whose state is in a folder. */
export async function locksIn(stateFolder: string): Promise<readonly Lock[]> {
  const folder = path.join(stateFolder, ".pulumi", "locks");
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const locks = files
    .filter((file) => file.endsWith(".json"))
    .map(async (file) => {
      // That of an update which ends just now is gone.
      const text = await readFile(path.join(folder, file), "utf8").catch(() => "{}");
      const { pid, hostname: where = "" } = JSON.parse(text) as Partial<Lock>;
      const of = path.dirname(file).split(path.sep);
      return pid === undefined ? [] : [{ pid, hostname: where, of }];
    });
  return (await Promise.all(locks)).flat();
}

/** Whether it was a process of this machine that is no more. */
export function isDead({ pid, hostname: where }: Lock): boolean {
  return where === hostname() && !isAlive(pid);
}
