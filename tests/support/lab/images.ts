import { createHash } from "node:crypto";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";

import { OFFICIAL_IMAGES } from "../../../tools/images/official";
import type { Setup } from "../../../tools/setup/setup";
import { quiet } from "../quiet";

interface Image {
  readonly Id: string;
  readonly RootFS: { readonly Layers: readonly string[] };
}

/** Every image of the stack and of the example site that this machine's Docker has. */
export async function imagesOf(setup: Setup): Promise<readonly string[]> {
  const wanted = [
    ...Object.values({ ...OFFICIAL_IMAGES, ...setup.images }),
    ...Object.values(setup.websiteImages),
  ];
  const listed = await quiet`docker image ls --format {{.Repository}}:{{.Tag}}`;
  const present = new Set(listed.split("\n"));
  return [...new Set(wanted)].filter((reference) => present.has(reference));
}

/** Where a machine of the lab sees the layers of this machine's Docker, for reading. */
const LAYERS = "/var/lib/docker/shared-layers";

/**
 * Fills a data root of Docker's, before its daemon starts, with images of this machine's Docker. Of the
 * layers it gets links to where machine.sh mounts them: nothing is copied, and when the daemon removes
 * an image it removes the links.
 *
 * @returns the folder to be mounted; none where this machine's Docker keeps its images another way
 */
export async function shareImages(
  dataRoot: string,
  references: readonly string[],
): Promise<string | undefined> {
  const [driver, source = ""] = (
    await quiet`docker info --format ${"{{.Driver}}\n{{.DockerRootDir}}"}`
  ).split("\n");
  if (driver !== "overlay2" || references.length === 0) return undefined;
  const inspected = await quiet`docker image inspect ${references}`;
  const images = JSON.parse(inspected) as readonly Image[];
  await copyMetadata(source, dataRoot, images);
  await writeTags(dataRoot, references, images);
  const layers = [...new Set(images.flatMap(({ RootFS }) => chainIds(RootFS.Layers)))];
  await linkLayers(source, dataRoot, layers);
  return path.join(source, "overlay2");
}

const META = path.join("image", "overlay2");

async function copyMetadata(from: string, to: string, images: readonly Image[]): Promise<void> {
  for (const { Id } of images) {
    const file = path.join(META, "imagedb", "content", "sha256", hex(Id));
    await cp(path.join(from, file), path.join(to, file));
  }
}

async function writeTags(
  dataRoot: string,
  references: readonly string[],
  images: readonly Image[],
): Promise<void> {
  const repositories: Record<string, Record<string, string>> = {};
  references.forEach((reference, index) => {
    const repository = reference.slice(0, reference.lastIndexOf(":"));
    (repositories[repository] ??= {})[reference] = images[index]?.Id ?? "";
  });
  const file = path.join(dataRoot, META, "repositories.json");
  await writeFile(file, JSON.stringify({ Repositories: repositories }));
}

async function linkLayers(from: string, to: string, chain: readonly string[]): Promise<void> {
  const short = path.join(to, "overlay2", "l");
  await mkdir(short, { recursive: true });
  for (const id of chain) {
    const meta = path.join(META, "layerdb", "sha256", hex(id));
    await cp(path.join(from, meta), path.join(to, meta), { recursive: true });
    const cacheId = await readFile(path.join(from, meta, "cache-id"), "utf8");
    const folder = path.join(from, "overlay2", cacheId);
    const target = path.join(to, "overlay2", cacheId);
    // What is beside the layer's files, its name and those below it, is small.
    await cp(folder, target, {
      recursive: true,
      filter: (file) => ![path.join(folder, "diff"), path.join(folder, "work")].includes(file),
    });
    await symlink(path.join(LAYERS, cacheId, "diff"), path.join(target, "diff"));
    const link = await readFile(path.join(folder, "link"), "utf8");
    await symlink(path.join("..", cacheId, "diff"), path.join(short, link));
  }
}

/** Docker's names of an image's layers: each is the hash of all below it. */
function chainIds(layers: readonly string[]): readonly string[] {
  const ids: string[] = [];
  for (const layer of layers) {
    const below = ids.at(-1);
    ids.push(below === undefined ? layer : sha256(`${below} ${layer}`));
  }
  return ids;
}

function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

function hex(id: string): string {
  return id.slice("sha256:".length);
}
