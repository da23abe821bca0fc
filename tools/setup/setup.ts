import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { ensureCompose } from "../docker/ensure-compose";
import { ensureDocker } from "../docker/ensure-docker";
import { ensureImages } from "../images/ensure-images";
import { IMAGE_NAMES, type ImageName, SETUP_IMAGE_NAMES } from "../images/official";
import { ensureWebsiteImages } from "../images/website/website-images";
import { checkoutState } from "../lib/paths";
import { type Report, runSteps, type Step } from "../lib/progress";
import { preparePulumi } from "../toolchain/pulumi-home";

/** What a stack needs from this machine, made ready. */
export interface Setup {
  /** Environment in which the `pulumi` command works, PATH included. */
  readonly environment: Readonly<Record<string, string>>;
  /** The command that runs Docker Compose. */
  readonly compose: readonly string[];
  /** Settings `sightline:images` for images that are not the official ones. */
  readonly images: Readonly<Record<string, string>>;
  /** Whether an image of Grafana could be had. */
  readonly hasGrafana: boolean;
  /** Images of the example site, by its services. */
  readonly websiteImages: Readonly<Record<"backend" | "nginx" | "redis", string>>;
}

const FILE = path.join(checkoutState, "setup.json");

/**
 * Makes everything ready, showing each step, and remembers the result for tests.
 *
 * @param wanted images to get, by default those of a stack that asks for no exporter; those of an earlier
 * set-up that are not among them stay remembered.
 */
export async function setUp(wanted: readonly ImageName[] = SETUP_IMAGE_NAMES): Promise<Setup> {
  const result: { -readonly [Key in keyof Setup]?: Setup[Key] } = {};
  await runSteps(steps(result, wanted));
  const setup = result as Setup;
  await mkdir(checkoutState, { recursive: true });
  await writeFile(FILE, JSON.stringify(setup, undefined, 2));
  return setup;
}

/** The result of the last {@link setUp} of this checkout. */
export async function lastSetup(): Promise<Setup> {
  const text = await readFile(FILE, "utf8").catch(() => {
    throw new Error("nothing is set up yet. Fix: npm run setup");
  });
  return JSON.parse(text) as Setup;
}

function steps(
  result: Partial<Record<keyof Setup, unknown>>,
  wanted: readonly ImageName[],
): readonly Step[] {
  return [
    {
      title: "Docker",
      run: async (report) => {
        const version = await ensureDocker(report);
        result.compose = await ensureCompose(report);
        return version;
      },
    },
    {
      title: "Pulumi with its docker plugin",
      run: async (report) => {
        const { environment, cli } = await preparePulumi({ onProgress: report });
        result.environment = environment;
        return cli;
      },
    },
    {
      title: "Images of the monitoring stack",
      run: async (report) => {
        const { images, hasGrafana, summary } = await stackImages(wanted, report);
        result.images = { ...(await rememberedImages(wanted)), ...images };
        result.hasGrafana = hasGrafana;
        return summary;
      },
    },
    {
      title: "Images of the example site",
      run: async (report) => {
        result.websiteImages = await ensureWebsiteImages({ onProgress: report });
      },
    },
  ];
}

/** Stand-ins of the last set-up that this one does not look after. */
async function rememberedImages(
  wanted: readonly ImageName[],
): Promise<Readonly<Record<string, string>>> {
  const before = await lastSetup().catch(() => undefined);
  const others = IMAGE_NAMES.filter((name) => !wanted.includes(name));
  return Object.fromEntries(
    others.flatMap((name) => {
      const reference = before?.images[name];
      return reference === undefined ? [] : [[name, reference]];
    }),
  );
}

/** Official images need no setting; stand-ins are named in `sightline:images`. */
async function stackImages(wanted: readonly ImageName[], onProgress: Report) {
  const chosen = Object.values(await ensureImages(wanted, { onProgress }));
  const standIns = chosen.flatMap((image) =>
    image.unavailable === undefined && !image.official ? [[image.name, image.reference]] : [],
  );
  const missing = chosen.filter(({ unavailable }) => unavailable !== undefined);
  const hasGrafana = missing.every(({ name }) => name !== ("grafana" satisfies ImageName));
  return {
    images: Object.fromEntries(standIns) as Record<string, string>,
    hasGrafana,
    summary: [
      `${chosen.length - standIns.length - missing.length} official`,
      `${standIns.length} stand-ins built from package registries`,
      ...(hasGrafana ? [] : ["Grafana cannot be had here and is switched off"]),
    ].join(", "),
  };
}
