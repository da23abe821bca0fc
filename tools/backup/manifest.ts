import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { z } from "zod";

import { ConfigError, type Problem } from "../../configs/errors";
import { reasonOf } from "../lib/setup-error";

/** Name of the file that says what a backup has. */
export const MANIFEST_FILE = "manifest.json";

const volumeSchema = z.strictObject({
  /** With the role, which volume it is in whatever stack. */
  service: z.string().min(1),
  role: z.string().min(1),
  /** Where it was. */
  host: z.string().min(1),
  volume: z.string().min(1),
  /** What its server ran, `repository:tag`. */
  image: z.string().min(1),
  /** A compressed tar beside the manifest. */
  file: z.string().regex(/^[\w-]+\.tar\.gz$/),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** What its contents take on a disk. */
  contentBytes: z.int().nonnegative(),
});

const manifestSchema = z.strictObject({
  format: z.literal(1),
  stack: z.string().min(1),
  /** When it was begun, in UTC. */
  time: z.iso.datetime(),
  /** In the order in which they were copied. */
  volumes: z.array(volumeSchema).min(1),
});

export type BackedUpVolume = z.output<typeof volumeSchema>;
export type Manifest = z.output<typeof manifestSchema>;

/** `sightline-backup-shop-20261127T051507Z`. */
export function backupName(stack: string, timeMs: number): string {
  const time = new Date(timeMs).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
  return `sightline-backup-${stack}-${time}`;
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  await writeFile(path.join(folder, MANIFEST_FILE), text, { mode: 0o600 });
}

const MESSAGE = "This backup cannot be restored; nothing was touched";

/** @throws ConfigError where there is none, or one that this version does not know */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, MANIFEST_FILE);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw refused({
      path: folder,
      rule: `must be the folder of a backup, with a ${MANIFEST_FILE}`,
      got: reasonOf(error),
      fix: "npm run restore -- <folder that npm run backup printed>",
    });
  });
  const parsed = manifestSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => ({
      path: [MANIFEST_FILE, ...issue.path].join("."),
      rule: issue.message,
      fix: "a backup that is whole, or the version of Sightline that made it",
    })),
    MESSAGE,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads every file of a backup and compares it with the manifest.
 *
 * @throws ConfigError with all that are missing, or not as they were written
 */
export async function checkFiles(folder: string, volumes: readonly BackedUpVolume[]) {
  const problems: Problem[] = [];
  for (const volume of volumes) {
    const got = await difference(path.join(folder, volume.file), volume);
    if (got === undefined) continue;
    problems.push({
      path: volume.file,
      rule: "must be as the manifest says",
      got,
      fix: "another backup, or this one copied again from where it was made",
    });
  }
  if (problems.length > 0) throw new ConfigError(problems, MESSAGE);
}

/** What is wrong with a file, in words. */
async function difference(file: string, { bytes, sha256 }: BackedUpVolume) {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return "no such file";
  if (found.size !== bytes) return `${found.size} bytes in place of ${bytes}`;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex") === sha256 ? undefined : "other bytes (its sha256 differs)";
}

function refused(problem: Problem): ConfigError {
  return new ConfigError([problem], MESSAGE);
}
