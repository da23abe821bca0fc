import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";

import { $, ProcessOutput } from "zx";

import { installDebianPackages } from "../../docker/apt";
import { cacheRoot } from "../../lib/paths";
import { reasonOf, SetupError } from "../../lib/setup-error";
import { ensureDebianImage } from "../debian";
import { imageExists, OFFLINE_PREFIX } from "../docker-images";
import { contentHash, isSource, offlineFolder, siteFolder } from "./files";

type Report = (line: string) => void;

/** How one image is made from package registries. */
interface Recipe {
  readonly name: "backend" | "nginx" | "redis";
  /** Everything that decides what the image holds, as absolute paths. */
  readonly sources: readonly string[];
  /** Fills the folder that is sent to Docker, beside the Dockerfile and its files. */
  readonly prepare?: (context: string, onProgress: Report) => Promise<void>;
}

/** One base for the three, so that Debian is fetched and kept once. */
const BASE_PACKAGES = ["curl", "nginx-light", "passwd", "python3", "redis-server", "tzdata"];
/** Debian's Python in {@link BASE_PACKAGES}; the wheels are chosen for it. */
const PYTHON_VERSION = "3.11";
const WHEEL_PLATFORMS = ["manylinux_2_28", "manylinux_2_17", "manylinux2014"];

const inSite = (...parts: string[]) => path.join(siteFolder, ...parts);
const inOffline = (name: string) => path.join(offlineFolder, name);

const recipes: readonly Recipe[] = [
  {
    name: "backend",
    sources: [
      inSite("backend", "app"),
      inSite("backend", "entrypoint.sh"),
      inSite("backend", "logging.json"),
      inSite("backend", "requirements.txt"),
      inOffline("backend.Dockerfile"),
    ],
    prepare: installWheels,
  },
  {
    name: "nginx",
    sources: [inSite("frontend"), inSite("nginx", "site.conf"), inOffline("nginx.Dockerfile")],
    prepare: buildFrontend,
  },
  { name: "redis", sources: [inOffline("redis-entrypoint.sh"), inOffline("redis.Dockerfile")] },
];

/**
 * Makes the site's images from Debian, PyPI and npm, or finds them in the local Docker.
 * @throws SetupError naming the image and the step that failed.
 */
export async function ensureOfflineImages(onProgress: Report) {
  const base = await ensureDebianImage({ name: "website", packages: BASE_PACKAGES, onProgress });
  const references: Record<string, string> = {};
  // One after the other: each keeps two cores busy by itself.
  for (const recipe of recipes) {
    references[recipe.name] = await findOrBuild(recipe, base, onProgress);
  }
  return references as Record<Recipe["name"], string>;
}

async function findOrBuild(recipe: Recipe, base: string, onProgress: Report): Promise<string> {
  const hash = await contentHash(recipe.sources, base);
  const reference = `${OFFLINE_PREFIX}/website-${recipe.name}:${hash}`;
  if (await imageExists(reference)) return reference;
  const folder = path.join(cacheRoot(), "website");
  await mkdir(folder, { recursive: true });
  const context = await mkdtemp(path.join(folder, `${recipe.name}-`));
  try {
    for (const source of recipe.sources) {
      const target = path.join(context, path.basename(source));
      await cp(source, target, { recursive: true, filter: isSource });
    }
    await recipe.prepare?.(context, onProgress);
    onProgress(`building ${reference}`);
    await dockerBuild({ context, recipe, base, reference });
  } catch (error) {
    throw buildError(recipe, error);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  return reference;
}

interface Build {
  readonly context: string;
  readonly recipe: Recipe;
  readonly base: string;
  readonly reference: string;
}

async function dockerBuild({ context, recipe, base, reference }: Build): Promise<void> {
  const args = [
    ...["--file", path.join(context, `${recipe.name}.Dockerfile`), "--tag", reference],
    // All it needs is in the folder already.
    ...["--network", "none", "--build-arg", `BASE=${base}`],
    ...["--label", "sightline.offline=true"],
  ];
  await $({ quiet: true })`docker build ${args} ${context}`;
}

/** The pinned packages for the image's Python, whatever Python this machine has. */
async function installWheels(context: string, onProgress: Report): Promise<void> {
  await installDebianPackages(["python3-pip"], { toolName: "pip3", onProgress });
  onProgress("installing the backend's Python packages from PyPI (about 20 s)");
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  const args = [
    ...["--target", path.join(context, "site-packages")],
    ...["--requirement", path.join(context, "requirements.txt")],
    ...["--no-deps", "--no-compile", "--only-binary", ":all:", "--implementation", "cp"],
    ...["--python-version", PYTHON_VERSION],
    ...WHEEL_PLATFORMS.flatMap((platform) => ["--platform", `${platform}_${machine}`]),
  ];
  await $({ quiet: true })`pip3 install --quiet --disable-pip-version-check ${args}`;
}

/** Vite's build, in a copy: the checkout gets no node_modules of the example. */
async function buildFrontend(context: string, onProgress: Report): Promise<void> {
  onProgress("building the site's page with Vite (about 10 s)");
  const frontend = path.join(context, "frontend");
  const run = $({ quiet: true, cwd: frontend });
  await run`npm ci --no-audit --no-fund`;
  await run`npm run build`;
  await cp(path.join(frontend, "dist"), path.join(context, "dist"), { recursive: true });
  await rm(frontend, { recursive: true });
}

function buildError(recipe: Recipe, error: unknown): SetupError {
  if (error instanceof SetupError) return error;
  const text = error instanceof ProcessOutput ? error.stderr || error.stdout : reasonOf(error);
  const reason = text.trim().split("\n").slice(-8).join("\n");
  return new SetupError({
    tool: `the example website's image ${recipe.name}`,
    tried: [{ source: "built from Debian, PyPI and npm", reason }],
    wayOut: "make the registry named above reachable and run the command again; it goes on here",
  });
}
