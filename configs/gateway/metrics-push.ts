import { type AlloyBlock, identifier, Reference } from "../logs/alloy-syntax";
import { metricsReaders } from "../metrics-route";
import type { HostName, PlacedSpec } from "../placement";
import { type Scraped, scrapedOf, targetLabels } from "../prometheus/scrape-jobs";
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
    remoteWrite(settings, host),
  ];
}

/** The same series as Prometheus' own jobs give, see scrape-jobs.ts. */
function scrapeBlocks(settings: Settings, scraped: Scraped): readonly AlloyBlock[] {
  const { job, scrape, entry } = scraped;
  const label = identifier(job);
  const { scrape: interval } = settings.intervals;
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
        scrape_interval: prometheusDuration(interval),
        scrape_timeout: prometheusDuration(Math.min(interval, 10_000)),
        ...(scrape.tracksTimestamps ? { track_timestamps_staleness: true } : {}),
      },
    },
    ...(scrape.dropLabels ? [drop] : []),
  ];
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
