import { realpath, stat } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import { cacheRoot } from "../lib/paths";
import { type Answer, isExecutable, type Source } from "./source";
import { TOOLS } from "./table";
import { formatVersion, parseVersion, refusal } from "./version";
import { recall, remember } from "./version-memory";

/** What the user has installed: taken if its version fits, never changed. */
export const pathSource: Source = {
  name: "path",
  describe: () => "PATH",
  async find(spec) {
    const file = await onPath(spec.name);
    if (!file) return { reason: "not found" };
    if (!spec.versionArguments) return besideCli(file);
    const version = await versionOf(file, spec.versionArguments);
    if (!version) return { reason: `${file} does not say its version` };
    const problem = refusal(version, spec.version, spec.rule);
    return problem ? { reason: `${file} ${problem}` } : { path: file, version };
  },
};

/** The first executable of that name on PATH. */
export async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    if (!isUsers(folder)) continue;
    const file = path.join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Our own cache is another source, and npx puts the packages' commands of this checkout first. */
function isUsers(folder: string): boolean {
  if (!path.isAbsolute(folder) || isWithin(folder, cacheRoot())) return false;
  return !folder.endsWith(path.join("node_modules", ".bin"));
}

/** A language host cannot say its version: it counts as that of the CLI it was installed with. */
async function besideCli(file: string): Promise<Answer> {
  const cli = await pathSource.find(TOOLS.pulumi);
  if ("reason" in cli) return { reason: `${file}: no usable pulumi beside it (${cli.reason})` };
  const [cliFolder, folder] = await Promise.all([realFolder(cli.path), realFolder(file)]);
  if (cliFolder === folder) return { path: file, version: cli.version };
  return { reason: `${file} was not installed with ${cli.path}, and does not say its version` };
}

/** Asks a program for its version, once per state of its file. */
export async function versionOf(file: string, args: readonly string[]) {
  const { mtimeMs, size } = await stat(file);
  const key = `${file} ${mtimeMs} ${size}`;
  const known = await recall(key);
  if (known) return known;
  const { stdout, stderr } = await $({
    quiet: true,
    nothrow: true,
    timeout: "30s",
  })`${file} ${args}`;
  // The first line only: further ones name the compiler and the platform.
  const version = parseVersion((stdout.trim() || stderr.trim()).split("\n")[0] ?? "");
  if (!version) return undefined;
  await remember(key, formatVersion(version));
  return formatVersion(version);
}

async function realFolder(file: string): Promise<string> {
  return path.dirname(await realpath(file));
}

function isWithin(folder: string, root: string): boolean {
  const relative = path.relative(root, folder);
  return relative === "" || !(relative.startsWith("..") || path.isAbsolute(relative));
}
