import { $ } from "zx";

import type { Report } from "../lib/progress";
import { installDebianPackages } from "./apt";

/**
 * Makes sure that Docker Compose is there, and gives the command that runs it.
 * @returns `["docker", "compose"]`, or `["docker-compose"]` where only that exists.
 * @throws SetupError where there is none and it may not or cannot be installed.
 */
export async function ensureCompose(onProgress?: Report): Promise<string[]> {
  const plugin = await $({ nothrow: true, quiet: true })`docker compose version --short`;
  if (plugin.exitCode === 0 && /^v?\d/.test(plugin.stdout.trim())) return ["docker", "compose"];
  await installDebianPackages(["docker-compose"], { toolName: "docker-compose", onProgress });
  return ["docker-compose"];
}
