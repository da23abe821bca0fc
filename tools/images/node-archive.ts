import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, realpath, rename, rm } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import type { Report } from "../lib/progress";
import { SetupError } from "../lib/setup-error";
import { appendToArchive } from "./archive";
import { contentHash, hashOf } from "./content-hash";
import { imageCache, withScratch } from "./scratch";

const SOURCES = path.join(__dirname, "maildev");
const PACKAGE = "maildev";
const HOME = "/home/node";
const NODE_USER = "1000:1000";

/**
 * Packs a Node program with the Node that runs this set-up into an archive for an image.
 *
 * The libraries and the loader of that Node come along, so it does not matter which system made it.
 * @returns A key that changes with the content, and a function that writes the archive.
 */
export async function nodeArchive(onProgress?: Report) {
  const node = await realpath(process.execPath);
  const lock = path.join(SOURCES, "package-lock.json");
  const key = hashOf([process.version, await contentHash(node), await contentHash(lock)]);
  const write = async (archive: string) => {
    await addNode(archive, node);
    await addProgram(archive, await installedPackages(key, onProgress));
  };
  return { key, write };
}

// No package may run a program on this machine: none of these needs to.
const NPM = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];

/** Folder with the packages of the lock file, from npm; kept for the next build. */
async function installedPackages(key: string, onProgress?: Report): Promise<string> {
  const folder = path.join(await imageCache(), `${PACKAGE}-${key}`);
  if (existsSync(folder)) return folder;
  await withScratch(PACKAGE, async (scratch) => {
    for (const file of ["package.json", "package-lock.json"]) {
      await copyFile(path.join(SOURCES, file), path.join(scratch, file));
    }
    onProgress?.(`fetching ${PACKAGE} by npm (about 10 s)`);
    const result = await $({ nothrow: true, quiet: true, cwd: scratch })`npm ci ${NPM}`;
    if (result.exitCode !== 0) throw npmError(result.stderr);
    await rename(scratch, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // Else another set-up was quicker.
    });
  });
  return folder;
}

/** The official layout: the program's own files in the home folder, its packages below it. */
async function addProgram(archive: string, installed: string): Promise<void> {
  const root = `${archive}.root`;
  const home = path.join(root, HOME);
  const modules = path.join(installed, "node_modules");
  await mkdir(home, { recursive: true });
  await cp(path.join(modules, PACKAGE), home, { recursive: true });
  const isOther = (source: string) => source !== path.join(modules, PACKAGE);
  await cp(modules, path.join(home, "node_modules"), { recursive: true, filter: isOther });
  await appendToArchive(archive, { folder: root, paths: [HOME], owner: NODE_USER });
  await rm(root, { recursive: true });
}

async function addNode(archive: string, node: string): Promise<void> {
  const listed = await $({ nothrow: true, quiet: true })`ldd ${node}`;
  const libraries = listed.stdout.match(/\/\S+/g) ?? [];
  const root = `${archive}.root`;
  for (const library of libraries) await copyInto(root, library, library);
  await copyInto(root, node, "/usr/local/bin/node");
  const paths = [...libraries, "/usr/local/bin/node"];
  await appendToArchive(archive, { folder: root, paths, owner: "0:0" });
  await rm(root, { recursive: true });
}

async function copyInto(root: string, source: string, target: string): Promise<void> {
  const file = path.join(root, target);
  await mkdir(path.dirname(file), { recursive: true });
  await copyFile(await realpath(source), file);
}

function npmError(output: string): SetupError {
  return new SetupError({
    tool: `the npm package ${PACKAGE}`,
    tried: [{ source: "npm", reason: output.trim().split("\n").slice(-4).join("\n") }],
    wayOut: 'make the npm registry reachable ("npm ping" must answer), then run the command again',
  });
}
