import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { commandConnection, sshCommand, sshOptions } from "../../../components/ssh";
import { hostOf } from "../../../configs/placement";
import { HOST_KEY, prodSettings, type Raw } from "../../support/fixtures";

function site(changes: Raw = {}) {
  const settings = prodSettings({
    hosts: { app: { endpoint: "ssh://deploy@10.0.0.3:2222", ...changes } },
  });
  return hostOf(settings, "app");
}

/** The path of the shared connection's socket. */
function socketOf(changes: Raw = {}): string {
  const found = sshOptions(site(changes)).find((option) => option.startsWith("ControlPath="));
  return found ?? "no path";
}

test("a host's own key is the only one that counts, and nothing is asked", () => {
  expect(sshCommand(site({ identityFile: "/home/ops/.ssh/id" }), ["sh", "-s"])).toEqual([
    ...["ssh", "-l", "deploy", "-p", "2222"],
    ...["-i", "/home/ops/.ssh/id", "-o", "IdentitiesOnly=yes"],
    ...["-o", "BatchMode=yes"],
    ...["-o", "StrictHostKeyChecking=yes"],
    ...["-o", "UserKnownHostsFile=/dev/null"],
    ...["-o", "GlobalKnownHostsFile=/dev/null"],
    ...["-o", `KnownHostsCommand=/bin/echo %H ${HOST_KEY}`],
    ...["-o", "ConnectTimeout=5"],
    ...["-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"],
    ...["-o", "ControlMaster=auto", "-o", "ControlPersist=30"],
    ...["-o", "ControlPath=~/.sightline-18705fc6cc357aee"],
    ...["-T", "--", "10.0.0.3", "sh", "-s"],
  ]);
});

test("without a key in the settings, those that the user knows count", () => {
  const options = sshOptions({ ...site(), hostKey: undefined });
  expect(options).toContain("StrictHostKeyChecking=yes");
  expect(options.filter((option) => option.includes("KnownHosts"))).toEqual([]);
});

test("the port is 22 where the endpoint names none, and keys are the agent's where no file is named", () => {
  const command = sshCommand(site({ endpoint: "ssh://deploy@application" }), ["true"]);
  expect(command.slice(0, 6)).toEqual(["ssh", "-l", "deploy", "-p", "22", "-o"]);
  expect(command.slice(-4)).toEqual(["-T", "--", "application", "true"]);
});

test("hosts, and one host known by another key, never share a connection", () => {
  const sockets = [
    socketOf(),
    socketOf({ endpoint: "ssh://deploy@10.0.0.3:2223" }),
    socketOf({ endpoint: "ssh://other@10.0.0.3:2222" }),
    socketOf({ hostKey: `ssh-ed25519 ${"B".repeat(68)}` }),
    socketOf({ identityFile: "/home/ops/.ssh/id" }),
  ];
  expect(new Set(sockets).size).toBe(sockets.length);
  expect(socketOf()).toBe(sockets[0]);
});

describe("a connection of the command plugin", () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-ssh-"));
  const identityFile = join(folder, "id");
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const shared = {
    host: "10.0.0.3",
    port: 2222,
    user: "deploy",
    hostKey: HOST_KEY,
    dialErrorLimit: 3,
    perDialTimeout: 10,
  };

  test("has the key that the settings name", () => {
    writeFileSync(identityFile, "the key\n");
    expect(commandConnection(site({ identityFile }))).toEqual({
      ...shared,
      privateKey: "the key\n",
    });
  });

  test("has none where that file is not on this machine", () => {
    expect(commandConnection(site({ identityFile: "/nowhere/id" }))).toEqual(shared);
  });
});
