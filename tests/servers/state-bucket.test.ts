import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import { repositoryRoot } from "../../tools/lib/paths";
import { lastSetup } from "../../tools/setup/setup";
import { BucketServer } from "../support/bucket-server";
import { waitFor } from "../support/wait";

/** The real engine with its state in a bucket, as docs/state.md has it; fake-gcs-server stands in for Google. */
const MINUTE = 60_000;
const STACK = "shared";

let bucket: BucketServer;
let folder: string;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  bucket = await BucketServer.start("gcs", "127.0.0.1");
  folder = await mkdtemp(path.join(tmpdir(), "sightline-state-"));
  const key = path.join(folder, "key.json");
  const { environment } = await lastSetup();
  env = {
    ...process.env,
    ...environment,
    ...bucket.environment,
    GOOGLE_APPLICATION_CREDENTIALS: key,
    PULUMI_BACKEND_URL: `gs://${bucket.bucket}`,
    PULUMI_CONFIG_PASSPHRASE: "only here",
  };
  await writeFile(key, bucket.keyFile);
  await writeFile(path.join(folder, "Pulumi.yaml"), "name: small\nruntime: nodejs\n");
  await writeFile(path.join(folder, "index.js"), program);
  await writeFile(path.join(folder, "package.json"), "{}");
  await symlink(path.join(repositoryRoot, "node_modules"), path.join(folder, "node_modules"));
}, 15 * MINUTE);

afterAll(async () => {
  await bucket.stop();
  await rm(folder, { recursive: true, force: true });
}, MINUTE);

/** It ends when the file is there. */
const program = `require("@pulumi/pulumi");
const { existsSync } = require("node:fs");
module.exports = (async () => {
  while (!existsSync("go-on")) await new Promise((resolve) => setTimeout(resolve, 100));
  return {};
})();
`;

const pulumi = (...words: string[]) =>
  $({ cwd: folder, env, quiet: true, nothrow: true })`pulumi ${words} --non-interactive`;

const up = () => pulumi("up", "--yes", "--skip-preview", "--stack", STACK);

test(
  "a second update is refused while one runs, with who holds the lock; afterwards there is none",
  async () => {
    expect((await pulumi("stack", "init", STACK)).exitCode).toBe(0);
    const first = up();
    const locks = () => bucket.objects(".pulumi/locks");
    await waitFor({ what: "a lock", deadlineMs: MINUTE }, locks, ({ length }) => length === 1);
    const second = await up();
    expect(second.exitCode).not.toBe(0);
    expect(second.stdout + second.stderr).toMatch(
      /the stack is currently locked by 1 lock\(s\)[^]*created by \S+@\S+ \(pid \d+\) at /,
    );
    await writeFile(path.join(folder, "go-on"), "");
    expect((await first).exitCode).toBe(0);
    expect(await locks()).toEqual([]);
    expect(await bucket.objects(".pulumi/stacks")).toContain(`.pulumi/stacks/small/${STACK}.json`);
  },
  3 * MINUTE,
);
