import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

import { factScript } from "../../../../configs/preflight/fact-script";
import { type Facts, parseFacts } from "../../../../configs/preflight/facts";
import type { MachineNeeds } from "../../../../configs/preflight/needs";

/** Those that this machine has. */
const SHELLS = [["sh"], ["dash"], ["bash", "--posix"], ["busybox", "sh"]].filter(
  ([program = "", ...args]) => spawnSync(program, [...args, "-c", "true"]).status === 0,
);

let folder: string;
let server: Server;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sightline-facts-"));
  mkdirSync(join(folder, "it's logs"));
  chmodSync(join(folder, "it's logs"), 0o750);
  writeFileSync(join(folder, "file"), "");
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the script for real, with a stand-in for Docker's command line first in the path. */
function facts(shell: readonly string[], docker: string, needs: Partial<MachineNeeds> = {}): Facts {
  const path = join(folder, "bin");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "docker"), `#!/bin/sh\n${docker}\n`, { mode: 0o755 });
  const [program = "", ...args] = shell;
  const script = factScript({ host: "app", dockerDataRoot: "", ports: [], folders: [], ...needs });
  const { stdout, stderr } = spawnSync(program, [...args, "-s"], {
    input: script,
    encoding: "utf8",
    env: { PATH: `${path}:${process.env.PATH ?? ""}` },
  });
  expect(stderr).toBe("");
  const read = parseFacts(`Welcome!\r\n${stdout}`);
  if (!read) throw new Error(`the script did not come to its end: ${stdout}`);
  return read;
}

const HEALTHY = `cat >/dev/null
case $1 in
version) echo 'version=24.0.7' ;;
info) echo /data/docker ;;
ps) printf 'prod-grafana\\tprod\\t127.0.0.1:3000->3000/tcp\\nidle\\t\\t\\nold site\\t\\t0.0.0.0:80->80/tcp, :::80->80/tcp\\n' ;;
esac`;

const needOf = (one: number) => ({
  address: "127.0.0.1",
  port: one,
  service: "x",
  path: "x",
  addressPath: "x",
});

describe.each(SHELLS.map((shell) => [shell.join(" "), shell] as const))("in %s", (_, shell) => {
  it("tells of Docker, its data and its containers", () => {
    const { user, docker, holders, addresses } = facts(shell, HEALTHY);
    expect(user).toBe(userInfo().username);
    expect(docker).toEqual({ kind: "answers", version: "24.0.7", dataRoot: "/data/docker" });
    expect(holders).toEqual([
      { address: "127.0.0.1", port: 3000, name: "the container prod-grafana", stack: "prod" },
      { address: "0.0.0.0", port: 80, name: "the container old site" },
      { address: "0.0.0.0", port: 80, name: "the container old site" },
    ]);
    expect(addresses).toContain("127.0.0.1");
  });

  it.each([
    [
      "a bucket",
      "echo 'gcs shop-logs shop/europe-west1 keep'",
      "gcs shop-logs shop/europe-west1 keep",
    ],
    ["a volume: without a label", "echo", ""],
    ["nothing: there is no Loki", "true", undefined],
  ])("tells of %s that Loki keeps its logs in", (_place, answer, expected) => {
    const docker = HEALTHY.replace(
      "ps)",
      () =>
        `ps) case "$*" in *'name=^/prod-loki$'*sightline.log-storage*) ${answer}; exit ;; esac;`,
    );
    expect(facts(shell, docker, { loki: "prod-loki" }).logStorage).toBe(expected);
  });

  it("tells why Docker fails", () => {
    const { docker } = facts(shell, 'echo "permission denied while trying" >&2; exit 1');
    expect(docker).toEqual({ kind: "fails", words: "permission denied while trying" });
  });

  it("tells which process listens, unless it is a container's", () => {
    const needs = { ports: [needOf(port), needOf(1)] };
    const name = `the process ${programName()} (${process.pid}) of ${userInfo().username}`;
    expect(facts(shell, "exit 1", needs).holders).toEqual([{ address: "127.0.0.1", port, name }]);
    const ofContainer = `[ $1 = ps ] || echo version=24; [ $1 != ps ] || printf 'web\\t\\t127.0.0.1:${port}->80/tcp\\n'`;
    expect(facts(shell, ofContainer, needs).holders).toEqual([
      { address: "127.0.0.1", port, name: "the container web" },
    ]);
  });

  it("tells of folders, whatever their name", () => {
    const names = ["it's logs", "file", "missing/deep"].map((name) => join(folder, name));
    const folders = [...names, "/proc/self/net"].map((one) => ({
      folder: one,
      path: "x",
      kind: "reads" as const,
    }));
    const { uid, gid } = userInfo();
    const seen = facts(shell, HEALTHY, { folders }).folders;
    expect(seen.get(0)).toEqual({
      state: "directory",
      isReadOnly: false,
      access: { mode: "rwxr-x---", user: uid, group: gid },
    });
    expect([1, 2, 3].map((index) => seen.get(index)?.state)).toEqual([
      "file",
      "missing",
      "directory",
    ]);
  });
});

/** The kernel's name of this process. */
function programName(): string {
  return spawnSync("cat", [`/proc/${process.pid}/comm`], { encoding: "utf8" }).stdout.trim();
}
