import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type Result, run } from "./run";
import type { Connection } from "./schema";

const DIAL_ERROR_LIMIT = 10;
const PER_DIAL_TIMEOUT_SECONDS = 15;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** One login by the ssh client, with the published plugin's rules for keys, agents and attempts. */
export class SshSession {
  private constructor(private readonly options: readonly string[]) {}

  static async with<T>(
    connection: Connection,
    work: (session: SshSession) => Promise<T>,
  ): Promise<T> {
    const folder = await mkdtemp(path.join(tmpdir(), "command-"));
    const session = new SshSession(await optionsOf(connection, folder));
    try {
      await session.dial(connection.dialErrorLimit ?? DIAL_ERROR_LIMIT);
      return await work(session);
    } finally {
      await session.ssh(["-O", "exit"], []);
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Runs a command in the user's shell there. Variables that the server refuses are not set. */
  async exec(
    command: string,
    { input, env = {} }: { input?: string | Buffer; env?: Record<string, string> } = {},
  ): Promise<Result> {
    const sent = Object.keys(env).flatMap((name) => ["-o", `SendEnv=${name}`]);
    return this.ssh(["-T", ...sent], [command], { input, env });
  }

  /** Everything after it goes through this one connection. */
  private async dial(errorLimit: number): Promise<void> {
    const master = ["-f", "-N", "-o", "ControlMaster=yes", "-o", "ControlPersist=yes"];
    let pause = FIRST_PAUSE_MS;
    for (let failures = 0; ; failures++) {
      const { exitCode, both } = await this.ssh(master, []);
      if (exitCode === 0) return;
      if (errorLimit !== -1 && failures >= errorLimit) {
        throw new Error(`after ${failures} failed attempts: ${both.trim()}`);
      }
      await sleep(pause);
      pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
    }
  }

  private async ssh(
    flags: readonly string[],
    command: readonly string[],
    options: { input?: string | Buffer; env?: Record<string, string> } = {},
  ): Promise<Result> {
    // The host's name stands in the options.
    return run({ words: ["ssh", ...this.options, ...flags, "host", ...command], ...options });
  }
}

async function optionsOf(connection: Connection, folder: string): Promise<readonly string[]> {
  const { host, port = 22, user = "root", hostKey, privateKey, agentSocketPath } = connection;
  const identity = path.join(folder, "identity");
  if (privateKey !== undefined) await writeFile(identity, privateKey, { mode: 0o600 });
  const agent = agentSocketPath ?? process.env.SSH_AUTH_SOCK;
  if (agent !== undefined && !existsSync(agent)) {
    throw new Error(`dial unix ${agent}: connect: no such file or directory`);
  }
  const timeout = connection.perDialTimeout ?? PER_DIAL_TIMEOUT_SECONDS;
  const values = {
    HostName: host,
    Port: port,
    User: user,
    BatchMode: "yes",
    LogLevel: "ERROR",
    IdentityFile: privateKey === undefined ? "none" : identity,
    IdentityAgent: agent ?? "none",
    ControlPath: path.join(folder, "control"),
    UserKnownHostsFile: "/dev/null",
    GlobalKnownHostsFile: "/dev/null",
    // Without a key the published plugin takes any.
    StrictHostKeyChecking: hostKey === undefined ? "no" : "yes",
    ...(hostKey === undefined
      ? {}
      : { KnownHostsCommand: `/bin/echo %H ${hostKey.split(" ").slice(0, 2).join(" ")}` }),
    ...(timeout > 0 ? { ConnectTimeout: timeout } : {}),
  };
  return [
    "-F",
    "none",
    ...Object.entries(values).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
  ];
}
