import path from "node:path";

import { $ } from "zx";

import { cacheRoot } from "../lib/paths";
import type { Report } from "../lib/progress";
import { pathSource, versionOf } from "./path-source";
import { type Answer, isExecutable, type Source } from "./source";
import { TOOLS } from "./table";
import type { ToolSpec } from "./types";

/** Long enough for 150 MB on a slow line; a network that drops packets silently ends here. */
const DOWNLOAD_LIMIT = "15m";

/**
 * What the makers hand out as binaries: Pulumi's CLI through npm's `pulumi` package, which runs
 * Pulumi's install script, and plugins through the CLI itself. They go into a home of their own,
 * so that what was compiled here is never taken for theirs.
 */
export const officialSource: Source = {
  name: "official",
  describe({ official }) {
    if (official === "plugin") return "pulumi plugin install";
    return official === "cli" ? "Pulumi's installer (npm's pulumi)" : "the makers' own binary";
  },
  async find(spec) {
    if (!spec.official) return { reason: "does not apply: their way to hand it out is the image" };
    const installed = installedPath(spec);
    if (!(await isExecutable(installed))) return { reason: "not downloaded yet" };
    return { path: installed, version: officialVersion(spec) };
  },
  async make(spec, report) {
    if (!spec.official) return { reason: "does not apply: their way to hand it out is the image" };
    return spec.official === "cli" ? installCli(spec, report) : installPlugin(spec, report);
  },
};

/** PULUMI_HOME of what is downloaded. */
export function officialHome(): string {
  return path.join(cacheRoot(), "pulumi-official");
}

/** The CLI's archive carries the language hosts, so both come by one download. */
function officialVersion(spec: ToolSpec): string {
  return spec.official === "cli" ? TOOLS.pulumi.version : spec.version;
}

function installedPath(spec: ToolSpec): string {
  const { name, version } = spec;
  return spec.official === "cli"
    ? path.join(officialHome(), "versions", TOOLS.pulumi.version, "bin", name)
    : path.join(officialHome(), "plugins", pluginFolder(name, version), name);
}

/** `resource-docker-v5.2.0`: the folder in which the engine looks for a plugin. */
export function pluginFolder(name: string, version: string): string {
  return `${name.replace(/^pulumi-/, "")}-v${version}`;
}

async function installCli(spec: ToolSpec, report: Report): Promise<Answer> {
  const { version } = TOOLS.pulumi;
  report(`downloading pulumi ${version} with npm's pulumi package`);
  const env = { ...process.env, PULUMI_HOME: officialHome(), PULUMI_VERSION: version };
  const run = $({ quiet: true, nothrow: true, timeout: DOWNLOAD_LIMIT, env });
  return verdict(spec, await run`npm exec --yes --package=pulumi@${version} -- pulumi version`);
}

async function installPlugin(spec: ToolSpec, report: Report): Promise<Answer> {
  const cli = await anyCli();
  if (!cli) return { reason: "needs Pulumi's CLI, which is neither on PATH nor downloaded" };
  const { name, version } = spec;
  report(`downloading ${name} ${version} with pulumi plugin install`);
  const env = { ...process.env, PULUMI_HOME: officialHome(), PULUMI_SKIP_UPDATE_CHECK: "true" };
  const run = $({ quiet: true, nothrow: true, timeout: DOWNLOAD_LIMIT, env });
  const plugin = name.replace(/^pulumi-resource-/, "");
  return verdict(spec, await run`${cli} plugin install resource ${plugin} ${version}`);
}

/** Turns the end of a download into an answer; a file that cannot say its version is no success. */
async function verdict(
  spec: ToolSpec,
  result: { stdout: string; stderr: string; exitCode: number | null },
): Promise<Answer> {
  const installed = installedPath(spec);
  if (!(await isExecutable(installed))) {
    const lines = `${result.stdout}\n${result.stderr}`.trim().split("\n");
    return { reason: lines.slice(-3).join("\n") || `ended with ${result.exitCode}` };
  }
  if (!spec.versionArguments) return { path: installed, version: officialVersion(spec) };
  const version = await versionOf(installed, spec.versionArguments);
  return version ? { path: installed, version } : { reason: `${installed} does not run here` };
}

/** A CLI that is there already; installing a plugin is no reason to compile one. */
async function anyCli(): Promise<string | undefined> {
  for (const source of [pathSource, officialSource]) {
    const answer = await source.find(TOOLS.pulumi);
    if ("path" in answer) return answer.path;
  }
  return undefined;
}
