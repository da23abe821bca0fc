import { setTimeout as sleep } from "node:timers/promises";

/** Addresses of a stack's pages, by name. */
export type Pages = Readonly<Record<string, string>>;

/** Long enough for the first probe and scrape at the default intervals. */
const DEADLINE_MS = 150_000;
const EVERY_MS = 2_000;

/** Where a server says that it is ready, by its page: a page itself may be built without its looks. */
const READY_PATHS: Pages = {
  alertmanager: "/-/ready",
  grafana: "/api/health",
  mail: "/healthz",
  prometheus: "/-/ready",
};

interface Target {
  readonly scrapeUrl: string;
  readonly health: string;
}

/** The pages of the stack that the environment tells of, as `npm run ephemeral` does. */
export function pagesIn(environment: Readonly<Record<string, string | undefined>>): Pages {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, url]) => {
      const [, page] = /^SIGHTLINE_([A-Z]+)_URL$/.exec(key) ?? [];
      return page === undefined || url === undefined ? [] : [[page.toLowerCase(), url]];
    }),
  );
}

/**
 * Waits until a deployed stack watches: every server of a page is ready, every target is scraped, every probe
 * of the site succeeds.
 *
 * @throws Error that says what was missing last
 */
export async function smoke(pages: Pages, deadlineMs = DEADLINE_MS): Promise<string> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const missing = await whatIsMissing(pages).catch((error: unknown) => String(error));
    if (missing === undefined)
      return `${Object.keys(pages).length} pages answer, all targets are up`;
    if (Date.now() >= deadline) {
      throw new Error(`the stack does not watch within ${deadlineMs / 1_000} s: ${missing}`);
    }
    await sleep(EVERY_MS);
  }
}

/** The first thing that is not as it should be; undefined where all is well. */
async function whatIsMissing(pages: Pages): Promise<string | undefined> {
  const { prometheus } = pages;
  if (prometheus === undefined) return "no SIGHTLINE_PROMETHEUS_URL in the environment";
  for (const [page, url] of Object.entries(pages)) {
    const ready = `${url}${READY_PATHS[page] ?? ""}`;
    const { status } = await fetch(ready, { signal: AbortSignal.timeout(5_000) });
    if (status >= 400) return `${page} at ${ready} answers ${status}`;
  }
  const targets = await ask<{ activeTargets: readonly Target[] }>(
    prometheus,
    "targets?state=active",
  );
  const down = targets.activeTargets.find(({ health }) => health !== "up");
  if (targets.activeTargets.length === 0) return "Prometheus has no target";
  if (down) return `${down.scrapeUrl} is ${down.health}`;
  const { result } = await ask<{
    result: readonly { metric: { instance?: string }; value: [number, string] }[];
  }>(prometheus, "query?query=probe_success");
  const failed = result.find(({ value: [, value] }) => value !== "1");
  if (result.length === 0) return "nothing was probed yet";
  return failed ? `the probe of ${failed.metric.instance ?? "the site"} fails` : undefined;
}

async function ask<T>(prometheus: string, path: string): Promise<T> {
  const response = await fetch(`${prometheus}/api/v1/${path}`, {
    signal: AbortSignal.timeout(5_000),
  });
  return ((await response.json()) as { readonly data: T }).data;
}
