import { homeOf, type PlacedSpec, reachedFrom } from "../placement";
import { type Files, toolOf } from "../service-spec";
import type { Settings } from "../settings/settings";
import { toJson } from "../yaml";

/**
 * How late a host more or less is seen, with five seconds in which Prometheus gathers changes: a
 * reload reads no targets where the main file is the same, and a watch does not follow `current`.
 */
const TARGETS_REFRESH = "10s";

/** One job for each tool, whose containers stand in a file: a host more is no change of the main file. */
export function scrapeJobs(watched: readonly PlacedSpec[]) {
  return toolsScraped(watched).map((tool) => {
    const [first] = containersOf(watched, tool);
    const scrape = first?.spec.monitoring?.scrape;
    return {
      job_name: tool,
      ...(scrape?.metricsPath ? { metrics_path: scrape.metricsPath } : {}),
      ...(scrape?.tracksTimestamps ? { track_timestamps_staleness: true } : {}),
      file_sd_configs: [{ files: [targetsFile(tool)], refresh_interval: TARGETS_REFRESH }],
      ...(scrape?.dropLabels
        ? {
            metric_relabel_configs: [{ action: "labeldrop", regex: scrape.dropLabels.join("|") }],
          }
        : {}),
    };
  });
}

/** The file of each job, as Prometheus' file-based discovery reads it. */
export function targetFiles(settings: Settings, watched: readonly PlacedSpec[]): Files {
  const home = homeOf(settings, "prometheus");
  const files = toolsScraped(watched).map((tool) => [
    targetsFile(tool),
    toJson(
      containersOf(watched, tool).map((entry) => ({
        targets: [reachedFrom(settings, home, entry)],
        labels: { env: settings.environment, host: entry.host, service: entry.spec.name },
      })),
    ),
  ]);
  return Object.fromEntries(files) as Files;
}

function targetsFile(tool: string): string {
  return `targets/${tool}.json`;
}

function toolsScraped(watched: readonly PlacedSpec[]): readonly string[] {
  const scraped = watched.filter(({ spec }) => spec.monitoring?.scrape);
  return [...new Set(scraped.map(({ spec }) => toolOf(spec)))].sort();
}

function containersOf(watched: readonly PlacedSpec[], tool: string): readonly PlacedSpec[] {
  return watched.filter(({ spec }) => toolOf(spec) === tool && spec.monitoring?.scrape);
}
