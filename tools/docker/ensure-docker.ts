import { $ } from "zx";

import type { Report } from "../lib/progress";
import { SetupError } from "../lib/setup-error";
import { aptCommand, canInstallPackages, hasCommand, installDebianPackages } from "./apt";
import { startDaemon } from "./daemon";

const PACKAGES = ["docker.io", "iptables"];

/** What Docker said when it was asked for its server's version. */
export interface DockerAnswer {
  readonly version?: string;
  readonly problem?: string;
}

/**
 * Makes sure that a Docker daemon answers, and gives its version.
 *
 * Takes the one that is there (DOCKER_HOST and contexts included). Else, only as root on Debian or
 * Ubuntu, installs Debian's and starts it.
 * @throws SetupError with the command to run, everywhere else.
 */
export async function ensureDocker(onProgress: Report = () => undefined): Promise<string> {
  const first = await askDocker();
  if (first.version !== undefined) return first.version;
  if (await isElsewhere()) throw unreachable(first.problem);
  if (!(await canInstallPackages())) throw missing(first.problem);
  await installDebianPackages(PACKAGES, { toolName: "dockerd", onProgress });
  await installDebianPackages(["iptables"], { toolName: "iptables", onProgress });
  // Newer releases keep the client in a package of its own.
  await installDebianPackages(["docker-cli"], { toolName: "docker", onProgress });
  return startDaemon(askDocker, onProgress);
}

/** Asks the daemon once. Never throws. */
export async function askDocker(): Promise<DockerAnswer> {
  if (!(await hasCommand("docker"))) return { problem: "no docker command on PATH" };
  const run = $({ nothrow: true, quiet: true, timeout: "15s" });
  const result = await run`docker version --format {{.Server.Version}}`;
  const version = result.stdout.trim();
  if (result.exitCode === 0 && /^\d/.test(version)) return { version };
  return { problem: lastLine(result.stderr) || `docker version ended with ${result.exitCode}` };
}

/** A daemon named by the user is the user's: Sightline starts no other in its place. */
async function isElsewhere(): Promise<boolean> {
  if (process.env.DOCKER_HOST !== undefined && process.env.DOCKER_HOST !== "") return true;
  const context = await $({ nothrow: true, quiet: true })`docker context show`;
  return context.exitCode === 0 && context.stdout.trim() !== "default";
}

function unreachable(problem: string | undefined): SetupError {
  const host = process.env.DOCKER_HOST ?? "the current docker context";
  return new SetupError({
    tool: "Docker",
    tried: [{ source: `the daemon at ${host}`, reason: problem ?? "no answer" }],
    wayOut: `start that daemon, or choose the local one: unset DOCKER_HOST && docker context use default`,
  });
}

function missing(problem: string | undefined): SetupError {
  const isDenied = /permission denied/i.test(problem ?? "");
  return new SetupError({
    tool: "Docker",
    tried: [
      { source: "the local daemon", reason: problem ?? "no answer" },
      {
        source: `Debian's packages ${PACKAGES.join(", ")}`,
        reason: "Sightline installs packages only as root on Debian or Ubuntu",
      },
    ],
    wayOut: isDenied
      ? `let this user talk to Docker: sudo usermod -aG docker "$USER", then log in again`
      : `${aptCommand(PACKAGES)} && sudo service docker start (or Docker's own installer for your system)`,
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
