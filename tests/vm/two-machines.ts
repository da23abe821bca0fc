import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { repositoryRoot } from "../support/fixtures";
import { freePorts } from "../support/free-ports";
import { quiet } from "../support/quiet";
import { VirtualMachine } from "../support/virtual-machine";

const IMAGE = process.env.SIGHTLINE_VM_IMAGE ?? path.join(repositoryRoot, ".sightline", "vm");

/** An app host at 10.9.0.3 and a monitoring host at 10.9.0.2, with a wire between them. */
export class TwoMachines {
  private constructor(
    readonly app: VirtualMachine,
    readonly monitoring: VirtualMachine,
  ) {}

  /** @param forward a port of this machine that leads to the monitoring host, as `hostfwd` has it */
  static async start(forward?: string): Promise<TwoMachines> {
    if (!existsSync(path.join(IMAGE, "root.ext4"))) {
      await quiet`${path.join(repositoryRoot, "tests/vm/image.sh")} ${IMAGE}`;
    }
    const ports = await freePorts(["app", "monitoring", "wire"]);
    const wire = `127.0.0.1:${ports.wire}`;
    const mac = (end: number) => `52:54:00:09:00:0${end}`;
    const app = VirtualMachine.start({
      ...{ name: "app", image: IMAGE, sshPort: ports.app, wire: `listen=${wire}`, mac: mac(3) },
    });
    await sleep(1_000);
    const monitoring = VirtualMachine.start({
      ...{ name: "monitoring", image: IMAGE, sshPort: ports.monitoring, mac: mac(2) },
      ...{ wire: `connect=${wire}`, ...(forward ? { forward } : {}) },
    });
    try {
      await Promise.all([app.ready(), monitoring.ready()]);
    } catch (error) {
      app.stop();
      monitoring.stop();
      throw error;
    }
    return new TwoMachines(app, monitoring);
  }

  stop(): void {
    this.app.stop();
    this.monitoring.stop();
  }
}

/** Switches a machine's Docker on, and gives it an image of this machine's under another name. */
export async function giveImage(
  machine: VirtualMachine,
  image: string,
  name: string,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-vm-"));
  try {
    const archive = path.join(folder, "image.tar");
    await quiet`docker save --output ${archive} ${image}`;
    await machine.sh("sudo systemctl enable --now docker", { deadlineMs: 300_000 });
    await machine.sh(`sudo docker load --quiet && sudo docker tag ${image} ${name}`, {
      input: await readFile(archive),
      deadlineMs: 300_000,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
