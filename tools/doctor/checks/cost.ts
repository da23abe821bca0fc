import type { Settings } from "../../../configs/settings/settings";
import { bucketCost } from "../../../configs/storage/cost";
import type { Check } from "../check";
import { type Finding, fine, unknown, unneeded } from "../finding";
import { queryPrometheus } from "../servers";

const PATH = "sightline:logs.storage";
const LOKI = 'job="loki"';
const DAY_SECONDS = 86_400;

const QUERIES = [
  `sum(rate(loki_distributor_bytes_received_total{${LOKI}}[1d]))`,
  `sum(loki_ingester_memory_streams{${LOKI}})`,
];

export const cost: Check = {
  name: "cost",
  looksAt: "what the bucket of logs costs in a month, at the rate of the last day",
  limitSeconds: 25,
  run: async (examined, signal) => {
    const { settings } = examined;
    if (settings.logs.storage.kind === "filesystem") {
      return [unneeded(PATH, "logs are kept on the host's own disk")];
    }
    const [[bytes] = [], [streams] = []] = await queryPrometheus(examined, QUERIES, signal);
    return [costFinding(settings, { bytesPerSecond: bytes?.value, streams: streams?.value })];
  },
};

/** What Loki took. */
export interface Taken {
  readonly bytesPerSecond: number | undefined;
  readonly streams: number | undefined;
}

export function costFinding(settings: Settings, { bytesPerSecond, streams }: Taken): Finding {
  const { storage, retention: retentionMs } = settings.logs;
  if (storage.kind === "filesystem") return unneeded(PATH, "logs are kept on the host's own disk");
  if (bytesPerSecond === undefined || streams === undefined) {
    const fix = "see in Prometheus whether the job loki is up; a rate needs two scrapes";
    return unknown(PATH, "Prometheus has no figures of what Loki took", fix);
  }
  const gibPerDay = (bytesPerSecond * DAY_SECONDS) / 2 ** 30;
  const { dollarsPerMonth, storedGib, objects } = bucketCost(storage.kind, {
    gibPerDay,
    streams,
    retentionMs,
  });
  return fine(
    PATH,
    `about ${dollarsPerMonth.toFixed(2)} dollars a month by list prices: ${gibPerDay.toFixed(2)} GiB of lines a day ` +
      `in ${streams} streams, ${storedGib.toFixed(2)} GiB in ${objects} objects kept`,
  );
}
