import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { repositoryRoot } from "../../lib/paths";

/** The Compose application that is watched. */
export const siteFolder = path.join(repositoryRoot, "examples", "website");
/** The Dockerfiles of the images made without a registry. */
export const offlineFolder = path.join(__dirname, "docker");

/** What a person or a tool leaves behind in the sources; no part of an image. */
const LEFTOVERS = new Set(["node_modules", "dist", "data", "__pycache__", ".vite"]);

/**
 * Twelve digits that change with the content and the names of these files and folders.
 *
 * @param sources absolute paths; folders are read whole
 * @param extra further text that decides what is built, such as the base image
 */
export async function contentHash(sources: readonly string[], extra = ""): Promise<string> {
  const hash = createHash("sha256").update(extra);
  for (const source of sources) {
    for (const file of await filesBelow(source)) {
      const name = path.relative(path.dirname(source), file).split(path.sep).join("/");
      hash.update(`\0${name}\0`).update(await readFile(file));
    }
  }
  return hash.digest("hex").slice(0, 12);
}

async function filesBelow(source: string): Promise<string[]> {
  const entries = await readdir(source, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [source];
  const kept = entries.filter((entry) => !LEFTOVERS.has(entry.name));
  const nested = kept.map((entry) => filesBelow(path.join(source, entry.name)));
  return (await Promise.all(nested)).flat().sort();
}

/** Whether `cp` should take this path along: sources yes, leftovers no. */
export function isSource(file: string): boolean {
  return !LEFTOVERS.has(path.basename(file));
}
