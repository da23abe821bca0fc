import { chmod, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { quiet } from "./quiet";

const SIZE = "64M";

/** A real file system of 64 MB that a test may fill: an image in a file, mounted by a loop device. */
export class SmallDisk {
  private constructor(
    private readonly folder: string,
    /** Absolute path, as the host has it. */
    readonly mountPoint: string,
  ) {}

  /** @throws where this machine lets nobody mount one; then nothing is left of it */
  static async mount(name: string): Promise<SmallDisk> {
    const folder = await mkdtemp(path.join(tmpdir(), `sightline-disk-${name}-`));
    // node-exporter runs as nobody, and sees what nobody may look into.
    await chmod(folder, 0o755);
    const image = path.join(folder, "image");
    const mountPoint = path.join(folder, "disk");
    try {
      await quiet`truncate --size=${SIZE} ${image}`;
      await quiet`mkfs.ext4 -q ${image}`;
      await quiet`mkdir ${mountPoint}`;
      await quiet`mount -o loop ${image} ${mountPoint}`;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return new SmallDisk(folder, mountPoint);
  }

  /** Fills it until that share of it is in use (0 to 1). */
  async fill(share: number): Promise<void> {
    const { blocks, bavail, bsize } = await statfs(this.mountPoint);
    const bytes = Math.floor((bavail - blocks * (1 - share)) * bsize);
    await writeFile(path.join(this.mountPoint, "filling"), Buffer.alloc(bytes, 1));
  }

  async empty(): Promise<void> {
    await rm(path.join(this.mountPoint, "filling"), { force: true });
  }

  async unmount(): Promise<void> {
    await quiet`umount --lazy ${this.mountPoint}`;
    await rm(this.folder, { recursive: true, force: true });
  }
}
