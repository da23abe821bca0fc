import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { freePorts } from "./free-ports";
import { quiet } from "./quiet";
import { waitFor } from "./wait";

/** A real sshd on a port of the loopback, into which this user alone may log in. */
export class SshServer {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    readonly port: number,
    /** Public host key, as the setting `hosts.<name>.hostKey` wants it. */
    readonly hostKey: string,
  ) {}

  /**
   * @param docker shell in place of Docker's command line there @default this machine's own
   * @throws where this machine has no sshd
   */
  static async start({ docker }: { readonly docker?: string } = {}): Promise<SshServer> {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-sshd-"));
    const hostKey = await makeKey(path.join(folder, "host"));
    await makeKey(path.join(folder, "identity"));
    await copyFile(path.join(folder, "identity.pub"), path.join(folder, "authorized"));
    const bin = path.join(folder, "bin");
    await mkdir(bin);
    if (docker)
      await writeFile(path.join(bin, "docker"), `#!/bin/sh\n${docker}\n`, { mode: 0o755 });
    const { port } = await freePorts(["port"]);
    const config = path.join(folder, "sshd_config");
    await writeFile(config, settings({ folder, port, bin }));
    // sshd wants its whole path; its folder for the time before a login exists where it is a service.
    await mkdir("/run/sshd", { recursive: true }).catch(() => undefined);
    const server = spawn("/usr/sbin/sshd", ["-D", "-f", config], { stdio: "ignore" });
    const started = new SshServer(folder, server, port, hostKey);
    await waitFor(
      { what: `sshd listens on ${port}`, deadlineMs: 10_000, everyMs: 50 },
      () => isListening(port),
      (isUp) => isUp,
    );
    return started;
  }

  /** Private key of the one who may log in. */
  get identityFile(): string {
    return path.join(this.folder, "identity");
  }

  async stop(): Promise<void> {
    if (this.server.exitCode === null) {
      const end = once(this.server, "exit");
      this.server.kill();
      await end;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

function settings({
  folder,
  port,
  bin,
}: Readonly<Record<"folder" | "bin", string>> & { port: number }) {
  return [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/authorized`,
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    "StrictModes no",
    "UsePAM no",
    `PidFile ${folder}/pid`,
    // The user's own start-up files have no part in this.
    `SetEnv HOME=${folder} PATH=${bin}:/usr/local/bin:/usr/bin:/bin`,
    "",
  ].join("\n");
}

async function makeKey(file: string): Promise<string> {
  await quiet`ssh-keygen -q -t ed25519 -N ${""} -C test -f ${file}`;
  const [type = "", value = ""] = (await readFile(`${file}.pub`, "utf8")).split(" ");
  return `${type} ${value}`;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
