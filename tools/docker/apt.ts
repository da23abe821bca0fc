import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";

import { $, which } from "zx";

import type { Report } from "../lib/progress";
import { SetupError } from "../lib/setup-error";

export interface InstallOptions {
  /** The command that must be there afterwards, for example `mmdebstrap`. */
  readonly toolName: string;
  /** What a person can do instead. @default the apt-get command */
  readonly wayOut?: string;
  /** Whether the packages' services stay down, which Debian would start. @default false */
  readonly isWithoutServices?: boolean;
  readonly onProgress?: Report;
}

/** Whether a command is on PATH. */
export async function hasCommand(name: string): Promise<boolean> {
  return (await which(name, { nothrow: true })) !== null;
}

/** Whether Sightline may install packages: as root on Debian or a child of it, nowhere else. */
export async function canInstallPackages(): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await hasCommand("apt-get"))) return false;
  return isDebianLike(await readFile("/etc/os-release", "utf8").catch(() => ""));
}

/** Reads `/etc/os-release`: Debian, Ubuntu and what calls itself like them. Pure. */
export function isDebianLike(osRelease: string): boolean {
  const values = [...osRelease.matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)"?$/gm)].map(
    (match) => match[1],
  );
  return values.some((value) => /\b(debian|ubuntu)\b/.test(value ?? ""));
}

/** The command a person runs where Sightline may not. */
export function aptCommand(packages: readonly string[]): string {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(" ")}`;
}

/**
 * Makes sure that a command is there, by Debian's packages if need be, saying so.
 * @throws SetupError where it is missing and may not or cannot be installed.
 */
export async function installDebianPackages(
  packages: readonly string[],
  { toolName, wayOut = aptCommand(packages), isWithoutServices, onProgress }: InstallOptions,
): Promise<void> {
  if (await hasCommand(toolName)) return;
  const fail = (reason: string) =>
    new SetupError({
      tool: toolName,
      tried: [
        { source: "PATH", reason: "not found" },
        { source: `Debian's packages ${packages.join(", ")}`, reason },
      ],
      wayOut,
    });
  if (!(await canInstallPackages())) {
    throw fail("Sightline installs packages only as root on Debian or Ubuntu");
  }
  onProgress?.(`installing ${packages.join(", ")} by apt-get`);
  const install = () => aptInstall(packages);
  const problem = await (isWithoutServices ? withoutServices(install) : install());
  if (problem !== undefined) throw fail(problem);
  if (!(await hasCommand(toolName))) throw fail(`installed, but ${toolName} is still not on PATH`);
}

/** Another apt may be at work on a fresh machine: wait for its lock instead of failing. */
const APT = ["-y", "-qq", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"];

async function aptInstall(packages: readonly string[]): Promise<string | undefined> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = $({ nothrow: true, quiet: true, env });
  // The lists may be fresh enough: only a failure asks for an update.
  const install = () => run`apt-get install ${APT} --no-install-recommends ${packages}`;
  if ((await install()).exitCode === 0) return undefined;
  const update = await run`apt-get update ${APT}`;
  const second = await install();
  if (second.exitCode === 0) return undefined;
  return `${update.stderr}${second.stderr}`.trim().split("\n").slice(-4).join("\n");
}

/** Debian asks it before a package starts a service. */
const SERVICE_POLICY = "/usr/sbin/policy-rc.d";

async function withoutServices<T>(install: () => Promise<T>): Promise<T> {
  // A machine that has one, such as a container, starts nothing anyway.
  if (existsSync(SERVICE_POLICY)) return install();
  await writeFile(SERVICE_POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return await install();
  } finally {
    await rm(SERVICE_POLICY, { force: true });
  }
}
