import { type ChildProcess, spawn } from "node:child_process";

import { quiet } from "../quiet";
import { waitFor } from "../wait";

/** Labs beside each other on one machine, and Docker's own networks stay clear of their addresses. */
const FIRST = 1;
const LAST = 250;

/**
 * The lab's network `10.77.<n>.0/24`: a bridge in a namespace of its own, where nobody's firewall
 * filters what passes it. This machine has the address `.1` in it.
 */
export class LabNetwork {
  private constructor(
    /** Short and free on this machine, for example `sl12`. */
    readonly name: string,
    private readonly prefix: string,
    private readonly holder: ChildProcess,
  ) {}

  static async create(): Promise<LabNetwork> {
    const holder = spawnHeld(["unshare", "--net", "sleep", "infinity"]);
    try {
      await waitFor(
        { what: "namespace of the lab's network", deadlineMs: 10_000, everyMs: 20 },
        () => quiet`cat /proc/${String(holder.pid)}/comm`,
        (program) => program === "sleep",
      );
      const number = await takeNumber(holder);
      const network = new LabNetwork(`sl${number}`, `10.77.${number}`, holder);
      await network.inside(["link", "add", "bridge", "type", "bridge"]);
      await network.inside(["link", "set", "dev", "bridge", "up"]);
      await network.inside(["link", "set", "dev", "outside", "master", "bridge", "up"]);
      await quiet`ip address add ${network.address}/24 dev ${network.name}`;
      await quiet`ip link set ${network.name} up`;
      return network;
    } catch (error) {
      holder.kill("SIGKILL");
      throw error;
    }
  }

  /** This machine's own address in the network. */
  get address(): string {
    return `${this.prefix}.1`;
  }

  /** Address of the machine with that index. */
  addressOf(index: number): string {
    return `${this.prefix}.${11 + index}`;
  }

  /** Gives a process's namespace an `eth0` in this network. */
  async connect(host: string, pid: number): Promise<void> {
    const inside = ["name", host, "netns", String(this.holder.pid)];
    await quiet`ip link add ${inside} type veth peer name eth0 netns ${String(pid)}`;
    await this.inside(["link", "set", "dev", host, "master", "bridge", "up"]);
  }

  /** Pulls a machine's cable, or puts it in again. */
  async setLink(host: string, state: "up" | "down"): Promise<void> {
    await this.inside(["link", "set", "dev", host, state]);
  }

  async remove(): Promise<void> {
    this.holder.kill("SIGKILL");
    await quiet`ip link delete ${this.name}`.catch(() => undefined);
  }

  private async inside(words: readonly string[]): Promise<void> {
    await quiet`nsenter --target ${String(this.holder.pid)} --net ip ${words}`;
  }
}

/** Starts a program that the kernel ends when this process ends, however it ends. */
export function spawnHeld(
  words: readonly string[],
  log: number | "ignore" = "ignore",
): ChildProcess {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", ...words], {
    stdio: ["ignore", log, log],
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  child.on("error", () => undefined);
  return child;
}

/** The first link name that can be had; two labs that try at the same time get different ones. */
async function takeNumber(holder: ChildProcess): Promise<number> {
  let problem: unknown;
  for (let number = FIRST; number <= LAST; number++) {
    const peer = ["name", "outside", "netns", String(holder.pid)];
    try {
      await quiet`ip link add ${`sl${number}`} type veth peer ${peer}`;
      return number;
    } catch (error) {
      problem = error;
    }
  }
  throw new Error("no lab network is free on this machine", { cause: problem });
}
