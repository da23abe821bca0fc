import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import type { Files } from "../../configs/service-spec";
import { OFFICIAL_IMAGES, type ImageName } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { writeFiles } from "./write-files";

/** What a checker said of some files. */
export interface Verdict {
  readonly exitCode: number | null;
  readonly output: string;
}

/**
 * Runs a server's own checker over files, inside the very image that is deployed: the judge is the
 * program that will have to read them.
 */
export async function check(options: {
  readonly image: ImageName;
  /** Program in that image, by absolute path. */
  readonly program: string;
  /** Its arguments; the files are below `/check`. */
  readonly args: readonly string[];
  readonly files: Files;
  /** `uid:gid`. @default the image's own */
  readonly user?: string;
}): Promise<Verdict> {
  const { image, program, args, files, user } = options;
  const { images } = await lastSetup();
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-check-"));
  try {
    await writeFiles(folder, files);
    const container = [
      "--rm",
      ...(user === undefined ? [] : [`--user=${user}`]),
      "--network=none",
      "--read-only",
      "--tmpfs=/tmp",
      `--volume=${folder}:/check:ro`,
    ];
    const reference = images[image] ?? OFFICIAL_IMAGES[image];
    const run = $({ quiet: true, nothrow: true });
    const result = await run`docker run ${container} --entrypoint ${program} ${reference} ${args}`;
    return { exitCode: result.exitCode, output: `${result.stdout}${result.stderr}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
