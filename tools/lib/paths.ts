import { homedir } from "node:os";
import path from "node:path";

/** Absolute path of this checkout, whatever the current folder is. */
export const repositoryRoot = path.resolve(__dirname, "..", "..");

/**
 * Where tools, images and downloads outlive a checkout; several checkouts may share it.
 *
 * Read at every call, so that a test can move it.
 * @default `~/.cache/sightline`, moved by the environment variable SIGHTLINE_CACHE
 */
export function cacheRoot(): string {
  const named = process.env.SIGHTLINE_CACHE;
  return named ? path.resolve(named) : path.join(homedir(), ".cache", "sightline");
}

/** Git-ignored state of this checkout: backends, generated passwords, logs of set-up. */
export const checkoutState = path.join(repositoryRoot, ".sightline");
