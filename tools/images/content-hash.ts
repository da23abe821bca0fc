import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { cacheRoot } from "../lib/paths";

/** Length of the hashes in image tags. */
const SHORT = 12;

/** One short hash of several texts, in their order. Pure. */
export function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, SHORT);
}

/**
 * Hash of a file's bytes.
 *
 * Remembered by path, size and time, because the servers have 600 MB together and set-up runs often.
 */
export async function contentHash(file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  const key = `${file} ${size} ${mtimeMs}`;
  memory ??= readMemory();
  const known = (await memory)[key];
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return remember(key, hash.digest("hex"));
}

let memory: Promise<Record<string, string>> | undefined;

const memoryFile = () => path.join(cacheRoot(), "images", "hashes.json");

async function readMemory(): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(memoryFile(), "utf8")) as Record<string, string>;
  } catch {
    return {}; // None yet, or cut off: it only saves time.
  }
}

async function remember(key: string, hash: string): Promise<string> {
  const all = await (memory ??= readMemory());
  all[key] = hash;
  await mkdir(path.dirname(memoryFile()), { recursive: true });
  const scratch = `${memoryFile()}.${randomUUID()}`;
  await writeFile(scratch, JSON.stringify(all));
  await rename(scratch, memoryFile());
  return hash;
}
