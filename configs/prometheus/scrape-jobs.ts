import { homeOf, type PlacedSpec, reachedFrom } from "../placement";
import { type Files, type ScrapeJob, toolOf } from "../service-spec";
import type { Settings } from "../settings/settings";
import { toJson } from "../yaml";
import { serverTargets } from "./server-targets";

/** A container with one of the jobs that read it. */
export interface Scraped {
  readonly job: string;
  readonly scrape: ScrapeJob;
  readonly entry: PlacedSpec;
}

/**
 * How late a host more or less is seen, with five seconds in which Prometheus gathers changes: a
 * reload reads no targets where the main file is the same, and a watch does not follow `current`.
 */
const TARGETS_REFRESH = "10s";

/** One job for each tool, whose containers stand in a file: a host more is no change of the main file. */
export function scrapeJobs(settings: Settings, watched: readonly PlacedSpec[]) {
  const jobs = [...jobsOf(scrapedOf(watched)), ...serverTargets(settings).keys()].sort();
  return jobs.map((job) => ({
    job_name: job,
    ...scrapeWays(watched, job),
    file_sd_configs: [{ files: [targetsFile(job)], refresh_interval: TARGETS_REFRESH }],
  }));
}

/** How the targets of a job are read, wherever they are found; nothing of an unknown job. */
export function scrapeWays(watched: readonly PlacedSpec[], job: string) {
  const scrape = scrapedOf(watched).find((scraped) => scraped.job === job)?.scrape;
  return {
    ...(scrape?.tracksTimestamps ? { track_timestamps_staleness: true } : {}),
    ...(scrape?.dropLabels
      ? { metric_relabel_configs: [{ action: "labeldrop", regex: scrape.dropLabels.join("|") }] }
      : {}),
  };
}

/** The file of each job, as Prometheus' file-based discovery reads it. */
export function targetFiles(settings: Settings, watched: readonly PlacedSpec[]): Files {
  const home = homeOf(settings, "prometheus");
  const all = scrapedOf(watched);
  const files = jobsOf(all).map((job) => [
    targetsFile(job),
    toJson(
      all
        .filter((scraped) => scraped.job === job)
        .map(({ entry, scrape }) => ({
          targets: [reachedFrom(settings, home, entry)],
          labels: targetLabels(settings, { scrape, entry }),
        })),
    ),
  ]);
  const ofServers = [...serverTargets(settings)].map(([job, entries]) => [
    targetsFile(job),
    toJson(entries),
  ]);
  return Object.fromEntries([...files, ...ofServers]) as Files;
}

/** What a target is known by, whoever reads it. */
export function targetLabels(settings: Settings, { entry, scrape }: Omit<Scraped, "job">) {
  return {
    env: settings.environment,
    host: entry.host,
    service: entry.spec.name,
    // By target: the same job may read a container on one host and an agent on another.
    ...(scrape.metricsPath ? { __metrics_path__: scrape.metricsPath } : {}),
  };
}

function targetsFile(job: string): string {
  return `targets/${job}.json`;
}

/** Every scrape of the containers. */
export function scrapedOf(watched: readonly PlacedSpec[]): readonly Scraped[] {
  return watched.flatMap((entry) => {
    const { scrape, exporters = [] } = entry.spec.monitoring ?? {};
    return [
      ...(scrape ? [{ job: toolOf(entry.spec), scrape, entry }] : []),
      ...exporters.map((exporter) => ({ job: exporter.job, scrape: exporter, entry })),
    ];
  });
}

function jobsOf(all: readonly Scraped[]): readonly string[] {
  return [...new Set(all.map(({ job }) => job))].sort();
}
