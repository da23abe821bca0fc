import path from "node:path";

import { $, ProcessOutput } from "zx";

import { ensureCompose } from "../../docker/ensure-compose";
import { reasonOf } from "../../lib/setup-error";
import { imageExists } from "../docker-images";
import { contentHash, siteFolder } from "./files";
import { ensureOfflineImages } from "./offline";

/** The images of the example website, by the part they play. */
export type WebsiteImages = Readonly<Record<"backend" | "nginx" | "redis", string>>;

export interface WebsiteImageOptions {
  /** Goes straight to the images made from package registries. @default `false` */
  readonly skipOfficial?: boolean;
  /** Told what happens and what it will cost. @default silent */
  readonly onProgress?: (line: string) => void;
}

/** Where the site listens and writes. */
export interface WebsitePlace {
  /** Port on this machine. */
  readonly port: number;
  /** Address on this machine, for example `127.0.0.1`. */
  readonly bind: string;
  /** Absolute path of the folder that gets `nginx/`, `app/` and `redis/`. */
  readonly logDir: string;
}

/** Equal to the default in examples/website/docker-compose.yml; a test compares them. */
export const OFFICIAL_REDIS = "redis:7.4.2-alpine";
const PULL_DEADLINE = "180s";

/**
 * The images of the example website: built on the official ones where these can be had, else made
 * from Debian, PyPI and npm. Both are kept by the hash of their sources.
 *
 * @throws SetupError where neither way works.
 */
export async function ensureWebsiteImages(
  options: WebsiteImageOptions = {},
): Promise<WebsiteImages> {
  const { skipOfficial = false, onProgress = () => undefined } = options;
  if (!skipOfficial) {
    try {
      return await ensureOfficialImages(onProgress);
    } catch (error) {
      // Docker's own last words, not the command's exit code.
      const text = error instanceof ProcessOutput ? error.stderr : reasonOf(error);
      const reason = text.trim().split("\n").at(-1);
      onProgress(`the website's official base images cannot be had (${reason}); making our own`);
    }
  }
  return ensureOfflineImages(onProgress);
}

/** What docker-compose.yml reads from its environment. Pure. */
export function websiteEnvironment(
  images: WebsiteImages,
  place: WebsitePlace,
): Record<string, string> {
  return {
    SITE_BACKEND_IMAGE: images.backend,
    SITE_NGINX_IMAGE: images.nginx,
    SITE_REDIS_IMAGE: images.redis,
    SITE_BIND: place.bind,
    SITE_PORT: String(place.port),
    SITE_LOG_DIR: place.logDir,
  };
}

async function ensureOfficialImages(onProgress: (line: string) => void): Promise<WebsiteImages> {
  const images = await officialReferences();
  const missing = await Promise.all(
    Object.values(images).map(async (reference) => !(await imageExists(reference))),
  );
  if (!missing.includes(true)) return images;
  if (!(await imageExists(images.redis))) {
    // The smallest comes first: where it cannot be pulled, nothing else is worth a try.
    onProgress(`pulling ${images.redis}`);
    await $({ quiet: true, timeout: PULL_DEADLINE })`docker pull --quiet ${images.redis}`;
  }
  onProgress("building the website's images on the official Python, Node.js and nginx ones");
  const place = { port: 8080, bind: "127.0.0.1", logDir: path.join(siteFolder, "data", "logs") };
  const env = { ...process.env, ...websiteEnvironment(images, place) };
  const compose = await ensureCompose(onProgress);
  await $({ quiet: true, cwd: siteFolder, env })`${compose} build backend nginx`;
  return images;
}

async function officialReferences(): Promise<WebsiteImages> {
  const inSite = (name: string) => path.join(siteFolder, name);
  const [backend, nginx] = await Promise.all([
    contentHash([inSite("backend")]),
    contentHash([inSite("frontend"), inSite("nginx")]),
  ]);
  return {
    backend: `sightline-example/backend:${backend}`,
    nginx: `sightline-example/nginx:${nginx}`,
    redis: OFFICIAL_REDIS,
  };
}
