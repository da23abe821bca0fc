import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

import {
  adopt,
  COMMUNITY_FOLDER,
  type CommunityDashboard,
  communityFile,
  communityUrl,
  sha256Of,
} from "../../configs/dashboards/community";
import { settingsSchema } from "../../configs/settings/schema";
import { repositoryRoot } from "../lib/paths";
import { reasonOf } from "../lib/setup-error";
import { readStackFile } from "../stack/stack-file";

/** Where grafana.com's files come from; a mirror or a test names another server. */
const BASE = process.env.SIGHTLINE_DASHBOARDS_URL ?? "https://grafana.com";
const PATIENCE_MS = 20_000;

/** What became of one dashboard. */
export interface Outcome {
  readonly dashboard: CommunityDashboard;
  /** Whether it is there and is the one that was meant. */
  readonly kept: boolean;
  /** For people; what to do where it is not there. */
  readonly message: string;
}

/** The community dashboards that a stack's settings name, where it has a Grafana. */
export async function wantedDashboards(file: string): Promise<readonly CommunityDashboard[]> {
  if ((await readStackFile(file, "sightline:grafana.enabled")) === false) return [];
  const raw = (await readStackFile(file, "sightline:dashboards")) ?? {};
  return settingsSchema.shape.dashboards.parse(raw).community;
}

/**
 * Fetches the dashboards that are not there yet. Never throws: a stack comes up without them.
 *
 * @param options.folder where they are kept. @default the checkout's
 * @param options.base the server. @default grafana.com, or SIGHTLINE_DASHBOARDS_URL
 */
export async function fetchDashboards(
  dashboards: readonly CommunityDashboard[],
  options: { readonly folder?: string; readonly base?: string } = {},
): Promise<readonly Outcome[]> {
  const { folder = path.join(repositoryRoot, COMMUNITY_FOLDER), base = BASE } = options;
  return Promise.all(dashboards.map((dashboard) => fetchOne(dashboard, folder, base)));
}

async function fetchOne(
  dashboard: CommunityDashboard,
  folder: string,
  base: string,
): Promise<Outcome> {
  const url = communityUrl(base, dashboard);
  const name = `dashboard ${dashboard.id} (revision ${dashboard.revision})`;
  const outcome = (kept: boolean, message: string) => ({
    dashboard,
    kept,
    message: `${name}: ${message}`,
  });
  if (await isKept(dashboard, folder)) return outcome(true, "is there");
  try {
    const content = await download(url);
    const got = sha256Of(content);
    const { sha256 } = dashboard;
    if (sha256 === undefined) {
      return outcome(
        false,
        `has no sha256 in the settings. Fix: look at ${url}, then add "sha256": "${got}"`,
      );
    }
    if (got !== sha256) {
      return outcome(
        false,
        `${url} is not the file that was meant: expected sha256 ${sha256}, got ${got}`,
      );
    }
    const adopted = adopt(content, dashboard);
    if (adopted.kind === "refused") return outcome(false, `${url} ${adopted.reason}`);
    await keep(path.join(folder, communityFile(dashboard) ?? ""), content);
    return outcome(true, "fetched");
  } catch (error) {
    const fix = "try again where grafana.com can be reached: npm run dashboards";
    return outcome(false, `${url}: ${reasonOf(error)}. Fix: ${fix}`);
  }
}

async function isKept(dashboard: CommunityDashboard, folder: string): Promise<boolean> {
  const file = communityFile(dashboard);
  if (file === undefined) return false;
  const content = await readFile(path.join(folder, file)).catch(() => undefined);
  return content !== undefined && sha256Of(content) === dashboard.sha256;
}

/** @throws Error that says what went wrong on the way */
async function download(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    (error: unknown) => {
      const { cause } = error as { cause?: unknown };
      throw new Error(`cannot be reached (${reasonOf(cause ?? error)})`);
    },
  );
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.text();
}

/** In one step, so that a fetch that was broken off leaves nothing half written. */
async function keep(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.part`, content);
  await rename(`${file}.part`, file);
}
