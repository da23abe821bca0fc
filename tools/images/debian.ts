import { createHash } from "node:crypto";
import { access, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import { installDebianPackages } from "../docker/apt";
import { SetupError } from "../lib/setup-error";
import { aptProxyOptions, debianSourceLines, SUITE } from "./debian-sources";
import { imageExists, OFFLINE_PREFIX } from "./docker-images";
import { imageCache, withScratch } from "./scratch";

export interface DebianImageOptions {
  /** Last part of the image's name: `keeper` gives `sightline-offline/keeper:bookworm-<hash>`. */
  readonly name: string;
  /** Debian packages beside the essential ones. */
  readonly packages: readonly string[];
  /** Shell commands run at the end with the new root folder as `$1`. @default none */
  readonly customizeHooks?: readonly string[];
  /** Told what happens and for how long. @default silent */
  readonly onProgress?: (line: string) => void;
}

/** Bump when the way of building changes, so that old images are not taken for new ones. */
const RECIPE = 1;
/** What no container reads: less to copy, less to keep. */
const LEFT_OUT = [
  "/usr/share/doc/*",
  "/usr/share/man/*",
  "/usr/share/locale/*",
  "/usr/share/info/*",
];

const running = new Map<string, Promise<string>>();

/**
 * Builds, or finds in the local Docker, a Debian root file system image with these packages.
 *
 * The tag is a hash of all that goes in, so the same options give the same image at once.
 * @returns The image's reference, `sightline-offline/<name>:bookworm-<hash>`.
 * @throws SetupError where mmdebstrap is missing and cannot be installed, or fails.
 */
export function ensureDebianImage(options: DebianImageOptions): Promise<string> {
  const reference = debianImageReference(options);
  // Two images that ask for one base at the same time must not build it twice.
  const started = running.get(reference) ?? findOrBuild(reference, options);
  running.set(reference, started);
  started.catch(() => running.delete(reference));
  return started;
}

/** The reference {@link ensureDebianImage} gives for these options. Pure. */
export function debianImageReference(options: DebianImageOptions): string {
  const content = JSON.stringify({
    recipe: RECIPE,
    suite: SUITE,
    leftOut: LEFT_OUT,
    packages: [...new Set(options.packages)].sort(),
    hooks: options.customizeHooks ?? [],
  });
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  return `${OFFLINE_PREFIX}/${options.name}:${SUITE}-${hash}`;
}

async function findOrBuild(reference: string, options: DebianImageOptions): Promise<string> {
  if (await imageExists(reference)) return reference;
  const archive = path.join(await imageCache(), `${reference.replaceAll(/[/:]/g, "-")}.tar`);
  // An archive with its final name is whole: an interrupted set-up goes on from here.
  if (!(await exists(archive))) await bootstrap(archive, options);
  await importArchive(archive, reference, options);
  await rm(archive);
  return reference;
}

async function bootstrap(archive: string, options: DebianImageOptions): Promise<void> {
  const { name, packages, customizeHooks = [], onProgress = () => undefined } = options;
  const bootstrapper = ["mmdebstrap", "debian-archive-keyring"];
  await installDebianPackages(bootstrapper, { toolName: "mmdebstrap", onProgress });
  onProgress(
    `building the Debian image ${name} with mmdebstrap (about 20 s and 40 MB to download)`,
  );
  await withScratch("debian", async (scratch) => {
    const partial = path.join(scratch, "root.tar");
    const args = [
      "--variant=essential",
      `--include=${[...new Set(packages)].sort().join(",")}`,
      ...LEFT_OUT.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
      ...(await aptProxyOptions()).map((option) => `--aptopt=${option}`),
      ...customizeHooks.map((hook) => `--customize-hook=${hook}`),
      SUITE,
      partial,
      ...(await writeSources(scratch)),
    ].filter((argument) => argument !== "--include=");
    const result = await $({ nothrow: true, quiet: true, env: reproducible() })`mmdebstrap ${args}`;
    if (result.exitCode !== 0) throw bootstrapError(options, result.stderr);
    await rename(partial, archive);
  });
}

/** The file with this machine's mirrors; none where it has no Debian ones: then mmdebstrap chooses. */
async function writeSources(folder: string): Promise<string[]> {
  const lines = await debianSourceLines();
  if (lines.length === 0) return [];
  const file = path.join(folder, "sources.list");
  await writeFile(file, lines.join("\n"));
  return [file];
}

/** The same packages give the same bytes: file times and the archive's order do not move. */
function reproducible(): NodeJS.ProcessEnv {
  return { ...process.env, SOURCE_DATE_EPOCH: "0" };
}

async function importArchive(archive: string, reference: string, options: DebianImageOptions) {
  const label = `LABEL sightline.offline=true sightline.built="mmdebstrap ${SUITE}"`;
  const args = ["--change", label, "--change", "ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin"];
  options.onProgress?.(`importing ${reference} into Docker`);
  await $({ quiet: true })`docker import ${args} ${archive} ${reference}`;
}

function bootstrapError(options: DebianImageOptions, output: string): SetupError {
  const { packages, customizeHooks = [] } = options;
  // A hook that fails is printed whole: only what it said is of use.
  const said = customizeHooks.reduce((text, hook) => text.replaceAll(hook, "(hook)"), output);
  const lastLines = said.trim().split("\n").slice(-6).join("\n");
  return new SetupError({
    tool: `Debian ${SUITE} image (${packages.join(", ")})`,
    tried: [{ source: "mmdebstrap", reason: lastLines }],
    wayOut: `make the Debian mirror of this machine reachable ("apt-get update" must work), or build on a machine with internet`,
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
