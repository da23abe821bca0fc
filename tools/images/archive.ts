import { chmod, mkdir, rm } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import type { ImageFolder } from "./facts";

export interface ArchivePart {
  /** Folder on this machine that plays the image's root. */
  readonly folder: string;
  /** Absolute paths inside the image, with all that is below them. */
  readonly paths: readonly string[];
  /** `uid:gid` of all of them in the image. */
  readonly owner: string;
}

/**
 * Adds files to a tar archive with an owner and times of our choosing.
 *
 * Docker keeps both when it unpacks the archive, so no program has to run in the image's build.
 */
export async function appendToArchive(archive: string, part: ArchivePart): Promise<void> {
  const { uid, gid } = splitOwner(part.owner);
  const paths = [...new Set(part.paths)].map((name) => `.${name}`).sort();
  const options = ["--sort=name", "--mtime=@0", "--numeric-owner", "--format=gnu"];
  const owner = [`--owner=${uid}`, `--group=${gid}`];
  await $({ quiet: true })`tar -C ${part.folder} -rf ${archive} ${options} ${owner} ${paths}`;
}

/** Adds empty folders, each with its owner and mode. */
export async function appendFolders(
  archive: string,
  folders: readonly ImageFolder[],
): Promise<void> {
  const root = `${archive}.root`;
  for (const { path: name, owner, mode = "0755" } of folders) {
    const folder = path.join(root, name);
    await mkdir(folder, { recursive: true });
    await chmod(folder, Number.parseInt(mode, 8));
    await appendToArchive(archive, { folder: root, paths: [name], owner });
  }
  await rm(root, { recursive: true, force: true });
}

function splitOwner(owner: string): { uid: string; gid: string } {
  const [uid = "0", gid = uid] = owner.split(":");
  return { uid, gid };
}
