import { exporterTargets, type PlacedTarget } from "../exporters/exporters";
import { type AlloyBlock, identifier, Reference } from "../logs/alloy-syntax";
import { metricsReaders } from "../metrics-route";
import type { HostName, PlacedSpec } from "../placement";
import { type Scraped, scrapedOf, targetLabels } from "../prometheus/scrape-jobs";
import { serverLabels } from "../prometheus/server-targets";
import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { alloyLogin } from "./agent";
import { metricsPushUrl } from "./route";

/** How old a sample may be when it arrives: what Alloy keeps for two hours, and the time to send it. */
export const PUSHED_LATE_MS = 3 * 60 * 60_000;

const WRITER = { name: "prometheus.remote_write", label: "gateway" } as const;
const RECEIVER = new Reference(`${WRITER.name}.${WRITER.label}.receiver`);

/** What scrapes the containers of a host on its own network, and pushes; nothing where Prometheus reads them. */
export function metricsPush(
  settings: Settings,
  host: HostName,
  watched: readonly PlacedSpec[],
): readonly AlloyBlock[] {
  if (metricsReaders(settings, host).length > 0) return [];
  return [
    ...scrapedOf(watched).flatMap((scraped) => scrapeBlocks(settings, scraped)),
    ...exporterTargets(settings)
      .filter((target) => target.host === host)
      .map((target) => serverBlock(settings, target)),
    remoteWrite(settings, host),
  ];
}

/** The same series as Prometheus' own jobs give, see scrape-jobs.ts. */
function scrapeBlocks(settings: Settings, scraped: Scraped): readonly AlloyBlock[] {
  const { job, scrape, entry } = scraped;
  const label = identifier(job);
  const drop: AlloyBlock = {
    name: "prometheus.relabel",
    label,
    attributes: { forward_to: [RECEIVER] },
    blocks: [
      {
        name: "rule",
        attributes: { action: "labeldrop", regex: scrape.dropLabels?.join("|") ?? "" },
      },
    ],
  };
  return [
    {
      name: "prometheus.scrape",
      label,
      attributes: {
        targets: [
          {
            __address__: `${entry.spec.name}:${entry.spec.port}`,
            ...targetLabels(settings, scraped),
          },
        ],
        forward_to: [
          scrape.dropLabels ? new Reference(`${drop.name}.${label}.receiver`) : RECEIVER,
        ],
        job_name: job,
        ...rhythm(settings),
        ...(scrape.tracksTimestamps ? { track_timestamps_staleness: true } : {}),
      },
    },
    ...(scrape.dropLabels ? [drop] : []),
  ];
}

/** A server that tells about itself, with the same labels as in server-targets.ts. */
function serverBlock(settings: Settings, target: PlacedTarget): AlloyBlock {
  return {
    name: "prometheus.scrape",
    label: identifier(target.job),
    attributes: {
      targets: [{ __address__: target.address, ...serverLabels(settings, target) }],
      forward_to: [RECEIVER],
      job_name: target.job,
      ...rhythm(settings),
    },
  };
}

function rhythm({ intervals: { scrape } }: Settings) {
  return {
    scrape_interval: prometheusDuration(scrape),
    scrape_timeout: prometheusDuration(Math.min(scrape, 10_000)),
  };
}

function remoteWrite(settings: Settings, host: HostName): AlloyBlock {
  return {
    ...WRITER,
    blocks: [
      {
        name: "endpoint",
        attributes: { url: metricsPushUrl(settings) },
        // It tries again for ever, and reads on from its log of samples when it got through.
        blocks: [...alloyLogin(settings, host)],
      },
    ],
  };
}
