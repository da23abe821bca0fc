import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { installDebianPackages } from "../../../tools/docker/apt";
import { quiet } from "../quiet";
import { waitFor } from "../wait";
import { LabHost } from "./host";
import { LabNetwork } from "./network";
import { makeKey } from "./ssh";

export interface LabArgs {
  /** Names of the machines, each of at most 15 characters. */
  readonly hosts: readonly string[];
  /**
   * Images of this machine's Docker that every host has from the start, see `imagesOf`.
   * @default none
   */
  readonly images?: readonly string[];
}

/**
 * Machines on one machine: each has its own root file system, processes, network, Docker and ssh
 * server, and all are in one network. Nothing a machine does is seen outside of it.
 *
 * {@link remove} takes all of it away; when the test's process dies, the kernel ends the machines.
 */
export class Lab {
  private constructor(
    private readonly folder: string,
    private readonly network: LabNetwork,
    /** Private key of somebody who may log in as any user of any host. */
    readonly identityFile: string,
    private readonly hosts: readonly LabHost[],
  ) {}

  /** @throws where nobody may make namespaces, and when a host does not come up; then nothing is left */
  static async create({ hosts: names, images = [] }: LabArgs): Promise<Lab> {
    await makeReady();
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-lab-"));
    const identityFile = path.join(folder, "identity");
    const network = await LabNetwork.create().catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    const hosts = names.map(
      (name, index) =>
        new LabHost({
          name,
          address: network.addressOf(index),
          folder: path.join(folder, name),
          identityFile,
          network,
          images,
        }),
    );
    const lab = new Lab(folder, network, identityFile, hosts);
    try {
      await makeKey(identityFile);
      const booted = await Promise.allSettled(hosts.map((host) => host.boot()));
      const failed = booted.find((result) => result.status === "rejected");
      if (failed) throw failed.reason;
    } catch (error) {
      await lab.remove();
      throw error;
    }
    return lab;
  }

  /** Short name that is free on this machine: in front of the lab's links and cgroups. */
  get name(): string {
    return this.network.name;
  }

  /** The test's own address in the lab's network. */
  get address(): string {
    return this.network.address;
  }

  host(name: string): LabHost {
    const found = this.hosts.find((host) => host.name === name);
    if (!found) throw new Error(`the lab has no host "${name}"`);
    return found;
  }

  async remove(): Promise<void> {
    const ended = await Promise.allSettled(this.hosts.map((host) => host.powerOff()));
    await this.network.remove();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
    await removeCgroups(this.hosts.map((host) => `${this.name}-${host.name}`));
    const failed = ended.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }
}

async function makeReady(): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new Error("a lab needs Linux and root: it makes namespaces. Fix: run the test as root");
  }
  await installDebianPackages(["openssh-server"], { toolName: "sshd", isWithoutServices: true });
  await installDebianPackages(["openssh-client"], { toolName: "ssh" });
  await installDebianPackages(["iproute2"], { toolName: "ip" });
}

async function removeCgroups(names: readonly string[]): Promise<void> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n");
  const hierarchies = mounts.flatMap((line) => {
    const [, place = "", type = ""] = line.split(" ");
    return /^cgroup2?$/.test(type) ? [place] : [];
  });
  const folders = hierarchies
    .flatMap((hierarchy) => names.map((name) => path.join(hierarchy, name)))
    .filter((folder) => existsSync(folder));
  if (folders.length === 0) return;
  // A process that was killed leaves its cgroup a moment later.
  await waitFor(
    { what: "cgroups of the lab are gone", deadlineMs: 30_000, everyMs: 100 },
    // Only folders can be removed there, the innermost first.
    () => quiet`find ${folders} -depth -type d -delete`,
    () => true,
  );
}
