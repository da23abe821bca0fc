import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { endEngines, lockHolders } from "../../../../tools/ephemeral/locks";
import { isAlive } from "../../../../tools/lib/processes";

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-locks-"));
});

afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A process of that name, and a lock as the engine leaves it in a folder of state. */
async function locked(program: string): Promise<number> {
  copyFileSync("/bin/sleep", path.join(folder, program));
  child = spawn(path.join(folder, program), ["60"]);
  await once(child, "spawn");
  const locks = path.join(folder, "state", ".pulumi", "locks", "organization", "sightline", "try");
  mkdirSync(locks, { recursive: true });
  const { pid = 0 } = child;
  writeFileSync(path.join(locks, "0d5b.json"), JSON.stringify({ pid, username: "root" }));
  return pid;
}

test("an engine that holds a stack's lock is found and ended", async () => {
  const pid = await locked("pulumi");
  expect(await lockHolders(folder)).toEqual([pid]);
  await endEngines(folder);
  expect(isAlive(pid)).toBe(false);
});

test("another process, to which the number of a dead engine went, is left alone", async () => {
  const pid = await locked("sleeper");
  await endEngines(folder);
  expect(isAlive(pid)).toBe(true);
});

test("a folder without state has no lock", async () => {
  expect(await lockHolders(folder)).toEqual([]);
});
