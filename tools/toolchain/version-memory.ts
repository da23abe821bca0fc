import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

import { cacheRoot } from "../lib/paths";

/** Starting a large program only to read its version costs 0.3 s each; this file saves that. */
function memoryFile(): string {
  return path.join(cacheRoot(), "tools", "versions.json");
}

/** The version remembered for a state of a file, if any. */
export async function recall(key: string): Promise<string | undefined> {
  return (await readAll())[key];
}

/** Remembers a version. Losing an entry to another process costs that process one question. */
export async function remember(key: string, version: string): Promise<void> {
  const file = memoryFile();
  const entries = { ...(await readAll()), [key]: version };
  const temporary = `${file}.${process.pid}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(temporary, `${JSON.stringify(entries, undefined, 2)}\n`);
  await rename(temporary, file);
}

async function readAll(): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(memoryFile(), "utf8")) as Record<string, string>;
  } catch {
    // Absent, or cut short by a full disk: it is only a memory.
    return {};
  }
}
