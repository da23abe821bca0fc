import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { quiet } from "./quiet";
import { writeFiles } from "./write-files";

/**
 * Has Prometheus' own program write blocks of two hours.
 *
 * @param openMetrics samples with their times
 * @param place volume of Docker with Prometheus' data, and the folder in it, `/prometheus` or below
 */
export async function writeBlocks(
  openMetrics: string,
  { volume, target = "/prometheus" }: { readonly volume: string; readonly target?: string },
): Promise<void> {
  const { images } = await lastSetup();
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-samples-"));
  try {
    await writeFiles(folder, { samples: openMetrics });
    const mounts = [`--volume=${volume}:/prometheus`, `--volume=${folder}:/in:ro`];
    const program = [
      "--entrypoint",
      "/bin/promtool",
      images.prometheus ?? OFFICIAL_IMAGES.prometheus,
    ];
    const args = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "/in/samples", target];
    await quiet`docker run --rm --network=none ${mounts} ${program} ${args}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
