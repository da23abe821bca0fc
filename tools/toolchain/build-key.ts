import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { GO_VERSION } from "./go-toolchain";
import { platform } from "./source";
import type { ToolSpec } from "./types";

/** Where the committed module files and our own mains are. */
export const GO_FOLDER = path.join(__dirname, "go");

/** Arguments of `go build`, apart from where the result goes. */
export function buildArguments({ build }: ToolSpec): string[] {
  const variables = Object.entries(build.variables ?? {});
  // -s -w: no symbol tables, which nobody debugs here and which double the size.
  const linker = ["-s", "-w", ...variables.map(([name, value]) => `-X=${name}=${value}`)];
  return [
    "-mod=readonly",
    "-trimpath",
    "-buildvcs=false",
    ...(build.tags ? [`-tags=${build.tags.join(",")}`] : []),
    `-ldflags=${linker.join(" ")}`,
    build.package,
  ];
}

/**
 * Twelve hexadecimal digits that change with anything that goes into the program.
 *
 * The compiler counts by the version we pin, not by the one on PATH: a patched Go is no reason to
 * spend half an hour on the same programs again.
 */
export async function buildKey(spec: ToolSpec, goFolder = GO_FOLDER): Promise<string> {
  const folder = path.join(goFolder, spec.build.folder);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  const hash = createHash("sha256");
  hash.update(JSON.stringify([GO_VERSION, platform(), buildArguments(spec)]));
  for (const file of files) {
    hash.update(`\0${file}\0`).update(await readFile(path.join(folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}
