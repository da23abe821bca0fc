import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import {
  ephemeralNames,
  fateOf,
  homeOf,
  makeHome,
  ownerOf,
} from "../../../../tools/ephemeral/home";
import { isAlive } from "../../../../tools/lib/processes";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "sightline-home-"));
  process.env.SIGHTLINE_EPHEMERAL = path.join(root, "ephemeral");
});

afterEach(() => {
  delete process.env.SIGHTLINE_EPHEMERAL;
  rmSync(root, { recursive: true, force: true });
});

test("a new stack's folder says who made it", async () => {
  expect(await ephemeralNames()).toEqual([]);
  const home = await makeHome("review-7", { pid: 1, keep: true, expiresMs: 5 });
  expect(home).toBe(homeOf("review-7"));
  expect(await ephemeralNames()).toEqual(["review-7"]);
  expect(await ownerOf("review-7")).toEqual({ pid: 1, keep: true, expiresMs: 5 });
});

test("a name that is taken is refused, and its folder stays as it is", async () => {
  await makeHome("review-7", { pid: 1, keep: false });
  await expect(makeHome("review-7", { pid: 2, keep: true })).rejects.toThrow(
    '--name: must be the name of no ephemeral stack; got "review-7". Fix: npm run ephemeral -- --clean review-7',
  );
  expect(await ownerOf("review-7")).toEqual({ pid: 1, keep: false });
  expect(readdirSync(path.join(root, "ephemeral"))).toEqual(["review-7"]);
});

test.each(["A", "a", "7-up", "a".repeat(21), "../dev"])("--name %s is refused", async (name) => {
  await expect(makeHome(name, { pid: 1, keep: false })).rejects.toThrow("--name: must be 2 to 20");
  expect(existsSync(path.join(root, "ephemeral"))).toBe(false);
});

const NOW_MS = 1_000;

test.each([
  ["its process lives", { pid: 1, keep: false }, "running"],
  ["its process was killed", { pid: 2, keep: false }, "dead"],
  ["it was kept", { pid: 2, keep: true }, "kept"],
  ["it was kept, until later", { pid: 2, keep: true, expiresMs: 1_001 }, "kept"],
  ["it was kept, until now", { pid: 2, keep: true, expiresMs: 1_000 }, "expired"],
  ["its process lives on after its time", { pid: 1, keep: false, expiresMs: 1_000 }, "expired"],
  ["nobody knows whose it is", undefined, "dead"],
])("what becomes of a stack when %s", (_, owner, fate) => {
  expect(fateOf(owner, NOW_MS, (pid) => pid === 1)).toBe(fate);
});

test("a process lives until it has ended", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect([isAlive(process.pid), isAlive(pid)]).toEqual([true, false]);
});
