import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

import { cacheRoot } from "../lib/paths";

/** No step takes this long: what is older was left behind by a set-up that was killed. */
const STALE_MS = 12 * 60 * 60_000;

/** Folder where images are prepared, below the cache. Made when it is not there. */
export async function imageCache(): Promise<string> {
  const folder = path.join(cacheRoot(), "images");
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * Runs something with a new folder, which is removed afterwards.
 *
 * It lies beside the finished files, so that a rename from it is one step, and has a name of its
 * own, so that two set-ups do not meet.
 */
export async function withScratch<T>(
  name: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const parent = await imageCache();
  await removeStale(parent);
  const folder = await mkdtemp(path.join(parent, `.${name}-`));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeStale(parent: string): Promise<void> {
  const hidden = (await readdir(parent)).filter((name) => name.startsWith("."));
  for (const folder of hidden.map((name) => path.join(parent, name))) {
    const found = await stat(folder).catch(() => undefined);
    const isStale = found !== undefined && Date.now() - found.mtimeMs > STALE_MS;
    if (isStale) await rm(folder, { recursive: true, force: true });
  }
}
