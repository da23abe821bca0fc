import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, symlink } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import { repositoryRoot } from "../../../tools/lib/paths";
import { quiet } from "../quiet";
import { waitFor } from "../wait";
import { shareImages } from "./images";
import { type LabNetwork, spawnHeld } from "./network";
import { writeServerFiles } from "./ssh";

const SCRIPT = path.join(repositoryRoot, "tests", "support", "lab", "machine.sh");
const BOOT_DEADLINE_MS = 60_000;
/** As a login shell of a fresh machine has it: nothing of the test's own gets in. */
const ENVIRONMENT = [
  "HOME=/root",
  "LANG=C.UTF-8",
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
];

export interface LabHostArgs {
  readonly name: string;
  readonly address: string;
  /** Folder on disk for all that this machine keeps. */
  readonly folder: string;
  readonly identityFile: string;
  readonly network: LabNetwork;
  /** Images of this machine's Docker that the host has from the start. */
  readonly images: readonly string[];
}

export interface RunOptions {
  readonly input?: string;
  /** @default `120000` */
  readonly deadlineMs?: number;
}

/** A machine of the lab: own root, processes, network, Docker and ssh server. */
export class LabHost {
  readonly name: string;
  /** Where the lab's other machines, and the test, reach it. */
  readonly address: string;
  /** Public host key, type and value, as the setting `hosts.<name>.hostKey` wants it. */
  hostKey = "";
  private pid = 0;
  private machine: ChildProcess | undefined;

  constructor(private readonly args: LabHostArgs) {
    this.name = args.name;
    this.address = args.address;
  }

  /** Docker's endpoint of this host, for the setting `hosts.<name>.endpoint`. */
  get sshEndpoint(): string {
    return `ssh://root@${this.address}`;
  }

  /** @throws with the last lines of its logs when it does not come up */
  async boot(): Promise<void> {
    const { folder, network, images } = this.args;
    this.hostKey = await writeServerFiles(path.join(folder, "ssh"), this.args.identityFile);
    const dataRoot = path.join(folder, "disk", "var", "lib", "docker");
    await mkdir(dataRoot, { recursive: true });
    const layers = await shareImages(dataRoot, images);
    if (layers !== undefined) await symlink(layers, path.join(folder, "layers"));
    await this.start();
    await network.connect(this.name, this.pid);
    try {
      await this.waitUntilReady();
    } catch (error) {
      throw new Error(`the lab's host ${this.name} does not start${await this.lastWords()}`, {
        cause: error,
      });
    }
    if (layers === undefined) await this.loadImages(images);
  }

  /** Runs a command of bash's as root on the host. @returns what it printed, without the last line break */
  async run(command: string, { input, deadlineMs = 120_000 }: RunOptions = {}): Promise<string> {
    const enter = ["--mount", "--net", "--pid", "--uts", "--ipc", "--cgroup"];
    const shell = $({
      quiet: true,
      timeout: deadlineMs,
      ...(input === undefined ? {} : { input }),
    });
    const { stdout } =
      await shell`nsenter --target ${String(this.pid)} ${enter} env -i ${ENVIRONMENT} bash --norc -c ${command}`;
    return stdout.trimEnd();
  }

  /** A file of the host's, as the test reaches it. */
  path(file: string): string {
    return path.join("/proc", String(this.pid), "root", file);
  }

  /** Gives its running Docker images of this machine's. Those it has from the start come faster. */
  async loadImages(references: readonly string[]): Promise<void> {
    if (references.length === 0) return;
    await $({ quiet: true })`docker save ${references}`.pipe(
      $({ quiet: true })`docker --host unix://${this.path("/run/docker.sock")} load`,
    );
  }

  /** As when the cable is pulled: nobody is told, nothing is refused. */
  async linkDown(): Promise<void> {
    await this.args.network.setLink(this.name, "down");
  }

  async linkUp(): Promise<void> {
    await this.args.network.setLink(this.name, "up");
  }

  /** Ends it with all its processes and mounts, like a machine that loses its power. */
  async powerOff(): Promise<void> {
    const machine = this.machine;
    if (machine?.pid === undefined) return;
    const isOver = machine.exitCode !== null || machine.signalCode !== null;
    if (!isOver) {
      const end = once(machine, "exit");
      machine.kill("SIGKILL");
      await end;
    }
    await waitFor(
      { what: `processes of ${this.name} are gone`, deadlineMs: 30_000, everyMs: 50 },
      async () => (await readFile(`/proc/${this.pid}/stat`, "utf8").catch(() => "")) === "",
      (isGone) => isGone || this.pid === 0,
    );
  }

  private async start(): Promise<void> {
    const { folder, network, address } = this.args;
    const log = await open(path.join(folder, "machine.log"), "a");
    const words = ["bash", SCRIPT, `${network.name}-${this.name}`, folder, `${address}/24`];
    this.machine = spawnHeld(words, log.fd);
    await log.close();
    const outer = String(this.machine.pid);
    await waitFor(
      { what: `process 1 of ${this.name}`, deadlineMs: 10_000, everyMs: 20 },
      async () => {
        const program = await quiet`cat /proc/${outer}/comm`;
        const child = await readFile(`/proc/${outer}/task/${outer}/children`, "utf8");
        this.pid = program === "unshare" ? Number(child) : 0;
        return this.pid;
      },
      (pid) => pid > 0,
    );
  }

  private async waitUntilReady(): Promise<void> {
    await waitFor(
      { what: `ssh and Docker of ${this.name}`, deadlineMs: BOOT_DEADLINE_MS, everyMs: 100 },
      () => this.run("ss -Hltn 'sport = 22' && docker version --format {{.Server.Version}}"),
      (seen) => /^LISTEN[^]*\n\d\S*$/.test(seen),
    );
  }

  private async lastWords(): Promise<string> {
    const own = await readFile(path.join(this.args.folder, "machine.log"), "utf8").catch(() => "");
    const others = await this.run("tail -n 5 /var/log/sshd.log /var/log/dockerd.log").catch(
      () => "",
    );
    return `:\n${own}\n${others}`;
  }
}
