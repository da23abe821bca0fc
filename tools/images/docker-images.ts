import { $ } from "zx";

/** First part of every image made here, so that nobody takes it for an official one. */
export const OFFLINE_PREFIX = "sightline-offline";

/** Whether the local Docker has the image. */
export async function imageExists(reference: string): Promise<boolean> {
  const result = await $({
    nothrow: true,
    quiet: true,
  })`docker image inspect -f {{.Id}} ${reference}`;
  return result.exitCode === 0;
}
