import { parseArgs } from "node:util";

import { ensureDocker } from "../docker/ensure-docker";
import { elapsed } from "../lib/duration";
import { ensureImages } from "./ensure-images";
import { IMAGE_NAMES, type ImageName } from "./official";

const HELP = `Usage: npx tsx tools/images/cli.ts [names…] [--offline] [--help]

Makes sure that the local Docker has the images of Sightline's containers, and prints them.
Official images are pulled; where no registry can be reached, stand-ins are built from npm, the Go
module proxy and Debian.

  --offline   build the stand-ins even where the official images could be pulled
  names       ${IMAGE_NAMES.join(", ")} (all by default)
`;

function parseNames(words: readonly string[]): readonly ImageName[] {
  const unknown = words.find((word) => !IMAGE_NAMES.includes(word as ImageName));
  if (unknown !== undefined) {
    const rule = `must be one of ${IMAGE_NAMES.join(", ")}`;
    throw new Error(`image name: ${rule}; got "${unknown}". Fix: leave it out or correct it`);
  }
  return words.length === 0 ? IMAGE_NAMES : (words as ImageName[]);
}

async function main(): Promise<void> {
  const options = { offline: { type: "boolean" }, help: { type: "boolean" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) return void process.stdout.write(HELP);
  const names = parseNames(positionals);
  const start = Date.now();
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const report = (line: string) => print(`  ${line} [${elapsed(Date.now() - start)}]`);
  await ensureDocker(report);
  const images = await ensureImages(names, { skipOfficial: values.offline, onProgress: report });
  for (const image of Object.values(images)) {
    const what = "reference" in image ? image.reference : image.unavailable;
    const kind = "reference" in image ? (image.official ? "official" : "offline") : "unavailable";
    print(`${image.name.padEnd(18)} ${kind.padEnd(12)} ${what}`);
  }
  print(`${names.length} images in ${elapsed(Date.now() - start)}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
