import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { $ } from "zx";

import { type WebsiteImages, websiteEnvironment } from "../../tools/images/website/website-images";
import { misuse } from "./cli";
import * as containers from "./containers";

/** The folder of the Compose file. */
export const siteFolder = __dirname;

const START_DEADLINE_MS = 120_000;
const POLL_MS = 300;
const LOG_FOLDERS = ["nginx", "app", "redis"];
/** Says which project a logs' folder was made for, so that only that one removes it. */
const MARK = ".made-for-project";

export interface StartOptions {
  /** Compose project: two sites beside each other differ in it, in port and in logDir. */
  readonly project: string;
  readonly port: number;
  /** Address on this machine. `0.0.0.0` lets strangers in, and at the switches too. */
  readonly bind: string;
  /** Absolute path. Made where it is not there. */
  readonly logDir: string;
  readonly images: WebsiteImages;
  /** `["docker", "compose"]` or `["docker-compose"]`. */
  readonly composeCommand: readonly string[];
}

export interface StopOptions {
  readonly project: string;
  /** Removed where {@link startSite} made it. @default not looked at */
  readonly logDir?: string;
  /** Takes the site's network from containers of others, and removes it. @default `false` */
  readonly detach?: boolean;
}

/** The network of the site; containers on it reach the site at `http://application:80`. */
export function siteNetwork(project: string): string {
  return `${project}_default`;
}

/**
 * Starts the site and waits until its API answers.
 * @returns its address on this machine
 * @throws Error with what Compose said, or with the last answer when the deadline has passed
 */
export async function startSite(options: StartOptions): Promise<string> {
  const { project, port, bind, logDir, images, composeCommand } = options;
  checkProject(project);
  await makeLogFolders(logDir, project);
  // What this shell has set for other sites must not reach this one; the switches are a wish.
  const others = /^(SITE_(?!SWITCHES$)|COMPOSE_)/;
  const clean = Object.entries(process.env).filter(([key]) => !others.test(key));
  const env = {
    ...Object.fromEntries(clean),
    ...websiteEnvironment(images, { port, bind, logDir: path.resolve(logDir) }),
  };
  const file = path.join(siteFolder, "docker-compose.yml");
  const run = $({ quiet: true, nothrow: true, cwd: siteFolder, env });
  const args = ["--file", file, "--project-name", project, "up", "--detach", "--no-build"];
  const result = await run`${composeCommand} ${args}`;
  if (result.exitCode !== 0) {
    const said = result.stderr.trim().split("\n").slice(-5).join("\n");
    throw new Error(
      `the site ${project} cannot be started by ${composeCommand.join(" ")}:\n${said}`,
    );
  }
  const url = `http://${bind === "0.0.0.0" ? "127.0.0.1" : bind}:${port}`;
  await waitForSite(url);
  return url;
}

function checkProject(project: string): void {
  if (/^[a-z0-9][a-z0-9_-]*$/.test(project)) return;
  const rule = "must be lower-case letters, digits, - and _";
  throw misuse({ name: "project", rule, got: project, fix: "for example sightline-site" });
}

async function makeLogFolders(logDir: string, project: string): Promise<void> {
  const made = await mkdir(logDir, { recursive: true });
  if (made !== undefined) await writeFile(path.join(logDir, MARK), project);
  for (const name of LOG_FOLDERS) {
    const folder = path.join(logDir, name);
    // Whatever the umask is: a log shipper runs as another user.
    if (await mkdir(folder, { recursive: true })) await chmod(folder, 0o755);
  }
  if (made !== undefined) await chmod(logDir, 0o755);
}

/** The project a logs' folder was made for; undefined where it was there before. */
async function madeFor(logDir: string): Promise<string | undefined> {
  return readFile(path.join(logDir, MARK), "utf8").catch(() => undefined);
}

async function waitForSite(url: string): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  let last = "nothing";
  while (Date.now() < deadline) {
    last = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(3000) }).then(
      (response) => String(response.status),
      (error: unknown) => String(error),
    );
    if (last === "200") return;
    await sleep(POLL_MS);
  }
  throw new Error(`${url}/api/health: no 200 within ${START_DEADLINE_MS / 1000} s; last: ${last}`);
}

/**
 * Removes the site: containers, volumes, network, and the logs that {@link startSite} made.
 *
 * A network to which others are attached (Sightline's prober is) stays, and a site started again
 * finds it, so that they see the site go and come back. Call it again when they are gone.
 * @returns the networks that were kept
 * @throws Error before anything is touched where the project is not this site's
 */
export async function stopSite(options: StopOptions): Promise<containers.SharedNetwork[]> {
  const { project, logDir, detach = false } = options;
  const own = await siteContainers(project);
  await containers.removeContainers(own);
  await containers.removeVolumes(project);
  const kept: containers.SharedNetwork[] = [];
  for (const network of await containers.networksOf(project)) {
    if (network.guests.length > 0 && !detach) kept.push(network);
    else await containers.removeNetwork(network);
  }
  if (logDir !== undefined && (await madeFor(logDir)) === project) {
    await containers.removeFolder(path.resolve(logDir), own[0]?.image);
  }
  return kept;
}

/** Stops, starts or pauses one service of the site, for example `nginx`. */
export async function setSiteService(
  project: string,
  action: containers.ServiceAction,
  service: string,
): Promise<void> {
  const own = await siteContainers(project);
  const ids = own.filter((container) => container.service === service).map(({ id }) => id);
  if (ids.length > 0) return containers.setService(action, ids);
  const known = own.map((container) => container.service).join(", ") || "none, the site is not up";
  throw misuse({
    name: "service",
    rule: `must be one of ${known}`,
    got: service,
    fix: "see --help",
  });
}

/** The project's containers, refusing a project that another Compose file made. */
async function siteContainers(project: string): Promise<containers.SiteContainer[]> {
  checkProject(project);
  const all = await containers.containersOf(project);
  const foreign = all.find(({ folder }) => path.resolve(folder) !== siteFolder);
  if (foreign === undefined) return all;
  const rule = `must be a project of ${siteFolder}`;
  throw misuse({
    name: "project",
    rule,
    got: `${project} of ${foreign.folder}`,
    fix: "name another",
  });
}
