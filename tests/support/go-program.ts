import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import { cacheRoot } from "../../tools/lib/paths";
import { ensureGo, goEnvironment } from "../../tools/toolchain/go-toolchain";

/**
 * A program that only a test needs, compiled from the Go module proxy when it is first wanted.
 *
 * @returns where it is
 */
export async function goProgram(name: string, packageAtVersion: string): Promise<string> {
  const [, version = ""] = packageAtVersion.split("@");
  const folder = path.join(cacheRoot(), `${name}-${version}`);
  const program = path.join(folder, name);
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  console.log(`compiling ${packageAtVersion}`);
  const go = await ensureGo((line) => {
    console.log(line);
  });
  const env = { ...goEnvironment(), GOBIN: folder, CGO_ENABLED: "0" };
  await $({ quiet: true, env })`${go} install -trimpath ${packageAtVersion}`;
  return program;
}
