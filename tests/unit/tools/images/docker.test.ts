import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { aptCommand, isDebianLike } from "../../../../tools/docker/apt";
import { startDaemon, type WayToStart } from "../../../../tools/docker/daemon";
import { ensureCompose } from "../../../../tools/docker/ensure-compose";
import { ensureDocker } from "../../../../tools/docker/ensure-docker";

const silent = () => undefined;

describe("where packages may be installed", () => {
  test.each([
    ["ID=debian\n", true],
    ["ID=ubuntu\nID_LIKE=debian\n", true],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
    ['ID="fedora"\n', false],
    ["", false],
  ])("%j: %s", (text, expected) => {
    expect(isDebianLike(text)).toBe(expected);
  });

  test("the command for a person is whole", () => {
    expect(aptCommand(["docker.io", "iptables"])).toBe(
      "sudo apt-get update && sudo apt-get install -y --no-install-recommends docker.io iptables",
    );
  });
});

describe("starting the daemon", () => {
  function way(name: string, start: () => void): WayToStart {
    const lastWords = () => Promise.resolve("; its log ends with: boom");
    const startNow = () => {
      start();
      return Promise.resolve();
    };
    return { name, deadlineMs: 0, start: startNow, lastWords };
  }

  test("goes on to the next way when one does not work", async () => {
    let isUp = false;
    const ask = () => Promise.resolve(isUp ? { version: "27.0.0" } : { problem: "no answer" });
    const ways = [way("service", silent), way("by hand", () => (isUp = true))];
    const lines: string[] = [];
    expect(await startDaemon(ask, (line) => lines.push(line), ways)).toBe("27.0.0");
    expect(lines).toEqual(["starting Docker by service", "starting Docker by by hand"]);
  });

  test("says what was last seen when none works", async () => {
    const ask = () => Promise.resolve({ problem: "connection refused" });
    await expect(startDaemon(ask, silent, [way("service", silent)])).rejects.toThrow(
      "service: connection refused; its log ends with: boom",
    );
  });
});

describe("with other docker commands on PATH", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "sightline-docker-"));
  const before = { PATH: process.env.PATH, DOCKER_HOST: process.env.DOCKER_HOST };
  const command = (name: string, script: string) => {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  };
  beforeAll(() => (process.env.PATH = `${folder}:${before.PATH ?? ""}`));
  afterEach(() => delete process.env.DOCKER_HOST);
  afterAll(() => {
    process.env.PATH = before.PATH;
    if (before.DOCKER_HOST !== undefined) process.env.DOCKER_HOST = before.DOCKER_HOST;
    rmSync(folder, { recursive: true });
  });

  test("takes the daemon that answers", async () => {
    command("docker", "echo 27.5.1");
    expect(await ensureDocker()).toBe("27.5.1");
  });

  test("starts no other daemon where the user named one", async () => {
    command("docker", `echo "cannot connect to the daemon" >&2; exit 1`);
    process.env.DOCKER_HOST = "ssh://nowhere";
    await expect(ensureDocker()).rejects.toThrow(
      /the daemon at ssh:\/\/nowhere: cannot connect to the daemon\nFix: start that daemon/,
    );
  });

  test("prefers Compose v2", async () => {
    command("docker", "echo v2.32.1");
    expect(await ensureCompose()).toEqual(["docker", "compose"]);
  });

  test("takes docker-compose where there is no plugin", async () => {
    command("docker", `echo "unknown command" >&2; exit 1`);
    command("docker-compose", "exit 0");
    expect(await ensureCompose()).toEqual(["docker-compose"]);
  });
});
