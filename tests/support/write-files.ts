import { randomBytes } from "node:crypto";
import { chmod, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Files } from "../../configs/service-spec";

/** Writes files for a container to read. World-readable: the image's own user reads them. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, text, { mode: 0o644 });
  }
  await chmod(folder, 0o755);
}

/** Puts files into force as a keeper does: a folder of their own, and one rename. */
export async function putInForce(folder: string, files: Files): Promise<void> {
  const name = randomBytes(4).toString("hex");
  await writeFiles(path.join(folder, name), files);
  await chmod(folder, 0o755);
  await symlink(name, path.join(folder, ".current"));
  await rename(path.join(folder, ".current"), path.join(folder, "current"));
}
