import { shareFree, OURS } from "../../../configs/rules/disks";
import { NODE } from "../../../configs/rules/hosts";
import type { Settings } from "../../../configs/settings/settings";
import type { Check } from "../check";
import { type Finding, fine, problem, unknown } from "../finding";
import { queryPrometheus, type Sample } from "../servers";

/** How far ahead it looks; the alerts look at hours. */
const DAYS = 7;
/** A disk that is emptier than this has a log that waits for its rotation, not a trend. */
const FREE_ENOUGH = 0.5;
const DAY_SECONDS = 86_400;

const QUERIES = [
  `${shareFree(NODE)} and ${OURS}`,
  `node_filesystem_avail_bytes{${NODE}} and ${OURS}`,
  // A few minutes are no trend.
  `deriv(node_filesystem_avail_bytes{${NODE}}[6h]) and node_filesystem_avail_bytes{${NODE}} offset 1h and ${OURS}`,
];

export const disks: Check = {
  name: "disks",
  looksAt: `how full the disks of all hosts are, and whether one will be full within ${DAYS} days at the rate of the last 6 hours`,
  limitSeconds: 25,
  run: async (examined, signal) => {
    const [shares = [], free = [], trends = []] = await queryPrometheus(examined, QUERIES, signal);
    return diskFindings(examined.settings, { shares, free, trends });
  },
};

/** Of every file system: the share that is free, bytes that are free, and bytes that come free in a second. */
export interface Disks {
  readonly shares: readonly Sample[];
  readonly free: readonly Sample[];
  readonly trends: readonly Sample[];
}

export function diskFindings(
  settings: Settings,
  { shares, free, trends }: Disks,
): readonly Finding[] {
  if (shares.length === 0) {
    const fix =
      "see in Prometheus whether the job node-exporter is up; after the first up wait a minute";
    return [unknown("disks", "Prometheus has no figures of disks", fix)];
  }
  const limit = 1 - settings.alerts.HighDiskUsage.above;
  return shares.map(({ labels, value: share }) => {
    const { host = "", mountpoint = "" } = labels;
    const bytes = valueAt(free, labels) ?? 0;
    const days = daysLeft(bytes, valueAt(trends, labels));
    const path = `sightline:hosts.${host}`;
    const left = `${(bytes / 2 ** 30).toFixed(1)} GiB (${percentage(share)})`;
    const fix = `free some there, or retain less (logs.retention, metrics.retention): du -xh -d 2 ${mountpoint} | sort -h | tail`;
    if (share < limit) {
      const rule = `needs more than ${percentage(limit)} of its disk at ${mountpoint} free`;
      return problem({ path, rule, got: left, fix });
    }
    if (days !== undefined && days < DAYS && share < FREE_ENOUGH) {
      const rule = `needs a disk at ${mountpoint} that lasts for ${DAYS} days`;
      const got = `${left} free, which is gone in ${days.toFixed(1)} days`;
      return problem({ path, rule, got, fix });
    }
    return fine(path, `${left} of the disk at ${mountpoint} is free, ${outlook(days)}`);
  });
}

/** Nothing where it was not watched for long enough to tell. */
function daysLeft(bytes: number, bytesPerSecond: number | undefined): number | undefined {
  if (bytesPerSecond === undefined) return undefined;
  return bytesPerSecond < 0 ? bytes / -bytesPerSecond / DAY_SECONDS : Infinity;
}

function outlook(days: number | undefined): string {
  if (days === undefined) return "and was not watched for long enough to say how long that lasts";
  return days < 365 ? `gone in ${Math.floor(days)} days at this rate` : "and hardly less each day";
}

const percentage = (share: number) => `${Math.round(share * 100)}%`;

function valueAt(samples: readonly Sample[], { host, mountpoint, device }: Sample["labels"]) {
  return samples.find(
    ({ labels }) =>
      labels.host === host && labels.mountpoint === mountpoint && labels.device === device,
  )?.value;
}
