import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";

/** A range with fewer samples than this has no trend and no rate worth waking anybody for. */
const SAMPLES = 4;

/**
 * How far a rule looks back on series that are scraped, as a PromQL range: the time of the settings,
 * or as long as it takes to hold enough scrapes where these are rare.
 */
export function scrapeWindow({ intervals }: Settings, overMs: number): string {
  return range(overMs, intervals.scrape);
}

/** The same for series that come once a probe. */
export function probeWindow({ intervals }: Settings, overMs: number): string {
  return range(overMs, intervals.probe);
}

function range(overMs: number, intervalMs: number): string {
  return `[${prometheusDuration(Math.max(overMs, intervalMs * SAMPLES))}]`;
}

/** Labels that every alert on a container's own metrics keeps: routing and inhibition need them. */
export const BY_SERVICE = "env, host, service";
