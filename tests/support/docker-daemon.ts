import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import { spawnHeld } from "./lab/network";
import { quiet } from "./quiet";
import { waitFor } from "./wait";

const TREE = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 } as const;

/** A real Docker daemon in the network of a container, with mounts and processes of its own. */
export class DockerDaemon {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly container: string,
    private readonly folder: string,
  ) {}

  /** @param container whose network it is in, and at whose address its metrics are, on port 9323 */
  static async start(container: string): Promise<DockerDaemon> {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-dockerd-"));
    const daemon = new DockerDaemon(container, folder);
    await daemon.resume();
    return daemon;
  }

  /** Starts it again after {@link kill}, with what it had. */
  async resume(): Promise<void> {
    const pid = await quiet`docker inspect --format {{.State.Pid}} ${this.container}`;
    const own = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const { folder } = this;
    // Numbers of processes of its last life may be others' by now.
    for (const left of ["pid", "exec"]) await rm(path.join(folder, left), TREE);
    this.process = spawnHeld([
      ...["nsenter", `--net=/proc/${pid}/ns/net`, "unshare", ...own, "dockerd"],
      ...["--data-root", `${folder}/data`, "--exec-root", `${folder}/exec`],
      ...["--host", this.socket, "--pidfile", `${folder}/pid`],
      ...["--bridge", "none", "--iptables=false", "--metrics-addr", "0.0.0.0:9323"],
    ]);
    await waitFor(
      { what: "a Docker daemon of its own", deadlineMs: 60_000, everyMs: 200 },
      () => quiet`docker --host ${this.socket} version --format {{.Server.Version}}`,
      (version) => /^\d/.test(version),
    );
  }

  /** Runs a container there, from an image of this machine's Docker. */
  async run(image: string, options: readonly string[], command: readonly string[]): Promise<void> {
    const silent = $({ quiet: true });
    await silent`docker save ${image}`.pipe(silent`docker --host ${this.socket} load`);
    await quiet`docker --host ${this.socket} run --detach ${options} ${image} ${command}`;
  }

  /** Ends it and all that runs in it. */
  async kill(): Promise<void> {
    const process = this.process;
    if (process?.exitCode !== null || process.signalCode !== null) return;
    const end = once(process, "exit");
    process.kill("SIGKILL");
    await end;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, TREE);
  }

  private get socket(): string {
    return `unix://${this.folder}/docker.sock`;
  }
}
