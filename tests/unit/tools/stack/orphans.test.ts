import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { isAlive } from "../../../../tools/lib/processes";
import { endOrphans } from "../../../../tools/stack/orphans";

const OURS = "file:///tmp/sightline-orphans-test/state";

let folder: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-orphans-"));
});

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A process that waits, under a name and with the state's address in its environment. */
async function started(name: string, backend: string, words: readonly string[] = []) {
  const program = path.join(folder, name);
  copyFileSync(words.length > 0 ? process.execPath : "/bin/sleep", program);
  const child = spawn(program, words.length > 0 ? words : ["60"], {
    env: { PULUMI_BACKEND_URL: backend },
  });
  children.push(child);
  await once(child, "spawn");
  return child.pid ?? 0;
}

test("plugins and the program of a killed engine are ended, and nobody else", async () => {
  const wait = ["-e", "setTimeout(() => {}, 60_000)"];
  const host = await started("pulumi-language-nodejs", OURS);
  const program = await started("node", OURS, [...wait, "/x/@pulumi/pulumi/cmd/run/index.js"]);
  const another = await started("pulumi-resource-docker", "file:///tmp/another/state");
  const command = await started("command", OURS);
  await endOrphans(OURS);
  expect([host, program, another, command].map(isAlive)).toEqual([false, false, true, true]);
});
