import { existsSync, writeFileSync } from "node:fs";

import { format } from "prettier";

import {
  DOCUMENTED,
  type Inventory,
  INVENTORY_FILE,
  labelSet,
  liveInventory,
  metricsOfRules,
} from "./live-inventory";

/**
 * Writes down which labels the metrics of the alerts have in a running Prometheus:
 *
 *     npx tsx tests/support/capture-inventory.ts http://127.0.0.1:9090
 *
 * What this one does not have, such as the other log agent, stays as it was captured before.
 */
async function capture(url: string): Promise<void> {
  const before = existsSync(INVENTORY_FILE) ? liveInventory() : {};
  const wanted = metricsOfRules().filter((metric) => !(metric in DOCUMENTED));
  const seen = new Map<string, readonly string[]>();
  for (const metric of wanted) {
    const sets = (await labelSetsOf(url, metric)) ?? before[metric];
    if (sets) seen.set(metric, sets);
  }
  const text = JSON.stringify(Object.fromEntries(seen) satisfies Inventory);
  writeFileSync(INVENTORY_FILE, await format(text, { parser: "json", printWidth: 100 }));
  const missing = wanted.filter((metric) => !seen.has(metric));
  console.log(`${seen.size} metrics captured; never seen so far: ${missing.join(", ") || "none"}`);
}

/** Seconds back in which a series must have had a sample: those of an earlier configuration are gone. */
const RECENT = 300;

/** Undefined where there is no such metric. */
async function labelSetsOf(url: string, metric: string): Promise<readonly string[] | undefined> {
  const query = new URLSearchParams({
    "match[]": metric,
    start: String(Date.now() / 1_000 - RECENT),
  });
  const response = await fetch(`${url}/api/v1/series?${query.toString()}`);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const { data } = (await response.json()) as { data: readonly Record<string, string>[] };
  if (data.length === 0) return undefined;
  return [...new Set(data.map(labelSet))].sort();
}

const [, , url = "http://127.0.0.1:9090"] = process.argv;
capture(url).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
