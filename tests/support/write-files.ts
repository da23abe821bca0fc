import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Files } from "../../configs/service-spec";

/** Writes files for a container to read. World-readable: the image's own user reads them. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, text, { mode: 0o644 });
  }
  await chmod(folder, 0o755);
}
