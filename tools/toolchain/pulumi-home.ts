import { copyFile, link, mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";

import { cacheRoot } from "../lib/paths";
import { pluginFolder } from "./official-source";
import { resolveTool, type ResolveOptions } from "./resolve-tool";
import type { ResolvedTool } from "./types";

/** What a process needs so that `pulumi` works with the docker plugin and TypeScript programs. */
export interface PreparedPulumi {
  /** To be laid over the process's own environment. */
  readonly environment: Record<string, string>;
  /** Absolute path of the CLI. */
  readonly cli: string;
}

/**
 * Resolves the engine, the Node language host and the docker plugin, and lays them out as the
 * engine looks for them. Cheap when all is in place: no process is started.
 *
 * A `pulumi` of the user's own on PATH stays as it is, with its home, its login and its plugins;
 * only a docker plugin that it cannot download is put on PATH beside it.
 * @throws SetupError when a part can neither be found nor made.
 */
export async function preparePulumi(options: ResolveOptions = {}): Promise<PreparedPulumi> {
  const cli = await resolveTool("pulumi", options);
  const plugin = await resolveTool("pulumi-resource-docker", options);
  const common = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(canDownload(plugin) ? {} : { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
  };
  if (cli.source === "path") return besideUsersOwn(cli, plugin, common);
  const host = await resolveTool("pulumi-language-nodejs", options);
  const home = await layOut([cli, host], plugin);
  const folder = path.join(home, "bin");
  // The makers' archive holds further programs, such as the hosts of other languages.
  const rest = cli.source === "official" ? [path.dirname(cli.path)] : [];
  return {
    cli: path.join(folder, cli.name),
    environment: { ...common, PULUMI_HOME: home, PATH: withFirst([folder, ...rest]) },
  };
}

/** A plugin that had to be unpacked or compiled: the makers' downloads are out of reach here. */
function canDownload({ source }: ResolvedTool): boolean {
  return source === "official" || source === "path";
}

function besideUsersOwn(
  cli: ResolvedTool,
  plugin: ResolvedTool,
  common: Record<string, string>,
): PreparedPulumi {
  // The engine takes plugins from PATH as well, which leaves the user's home alone.
  const first = plugin.source === "path" ? [] : [path.dirname(plugin.path)];
  return { cli: cli.path, environment: { ...common, PATH: withFirst(first) } };
}

function withFirst(folders: readonly string[]): string {
  const present = (process.env.PATH ?? "").split(path.delimiter);
  const rest = present.filter((folder) => !folders.includes(folder));
  return [...folders, ...rest].join(path.delimiter);
}

/**
 * Puts the parts into one PULUMI_HOME below the cache. Only what changed is written.
 *
 * Hard links, since the engine follows symbolic ones and would miss the language host beside itself.
 */
async function layOut(programs: readonly ResolvedTool[], plugin: ResolvedTool): Promise<string> {
  const home = path.join(cacheRoot(), "pulumi-home");
  const plugins = path.join(home, "plugins", pluginFolder(plugin.name, plugin.version));
  await Promise.all([
    ...programs.map((program) => place(program.path, path.join(home, "bin", program.name))),
    place(plugin.path, path.join(plugins, plugin.name)),
  ]);
  return home;
}

/** Replaces a file in one step, so that a second set-up running beside finds it whole. */
async function place(from: string, to: string): Promise<void> {
  const [wanted, present] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  // A copy has its original's size and time, a hard link is the same file: both count as placed.
  if (present && present.size === wanted.size && present.mtimeMs === wanted.mtimeMs) return;
  await mkdir(path.dirname(to), { recursive: true });
  const temporary = `${to}.${process.pid}`;
  await rm(temporary, { force: true });
  try {
    await link(from, temporary);
  } catch {
    // Another file system, or one without hard links.
    await copyFile(from, temporary);
    await utimes(temporary, wanted.atime, wanted.mtime);
  }
  await rename(temporary, to);
}
