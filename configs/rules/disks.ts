import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import { percentage, prometheusDuration, seconds } from "../units";
import { NODE } from "./hosts";
import { type AlertOptions, type RuleGroup, ruleGroup, type Severity } from "./rule";
import { scrapeWindow } from "./window";

/**
 * Guard of every rule: file systems of the host itself, neither another machine's nor an image that
 * is full from the start, and nothing grows on one that is mounted read-only. The pattern matches
 * whole names, so `nfs` alone would let `nfs4` through.
 */
export const OURS =
  `node_filesystem_readonly{${NODE},fstype!~"nfs.*|cifs|smb.*|fuse.*|overlay|squashfs|erofs|iso9660"} ` +
  "== 0";

/** Space and inodes. */
export function diskRules(settings: Settings): RuleGroup {
  const { alerts } = settings;
  const root = ',mountpoint="/"';
  return ruleGroup(settings, {
    name: "disks",
    evaluator: "prometheus",
    alerts: [
      inUse({ name: "HighDiskUsage", severity: "warning", ...alerts.HighDiskUsage }),
      inUse({ name: "CriticalDiskUsage", severity: "critical", ...alerts.CriticalDiskUsage }),
      inUse({ name: "RootDiskWatermark", ...alerts.RootDiskWatermark, matcher: root }),
      willFill(settings, {
        name: "DiskWillFillSoon",
        severity: "warning",
        ...alerts.DiskWillFillSoon,
      }),
      willFill(settings, {
        name: "DiskWillFillVerySoon",
        severity: "critical",
        ...alerts.DiskWillFillVerySoon,
      }),
      inodesLow(settings),
    ],
  });
}

/** As df counts: what only root may still use is neither in use nor available. */
export function shareFree(matchers: string): string {
  const of = (metric: string) => `node_filesystem_${metric}_bytes{${matchers}}`;
  return `${of("avail")} / (${of("size")} - ${of("free")} + ${of("avail")})`;
}

interface Usage {
  readonly name: AlertName;
  readonly severity: Severity;
  readonly above: number;
  readonly for: number;
  readonly matcher?: string;
}

function inUse({ name, severity, above, for: forMs, matcher = "" }: Usage): AlertOptions {
  return {
    name,
    expr: `1 - ${shareFree(NODE + matcher)} > ${above} and ${OURS}`,
    forMs,
    severity,
    summary:
      "{{ $labels.host }} host: {{ $labels.mountpoint }} is {{ $value | humanizePercentage }} full",
    description:
      `The disk at {{ $labels.mountpoint }} ({{ $labels.device }}) of the {{ $labels.host }} host is ` +
      `{{ $value | humanizePercentage }} full (limit ${percentage(above)} for ${prometheusDuration(forMs)}). ` +
      "When it is full, nothing can be stored there: no upload, no log, no database write.",
    dashboard: "resources",
  };
}

interface Trend {
  readonly name: AlertName;
  readonly severity: Severity;
  readonly within: number;
  readonly over: number;
  readonly freeBelow: number;
  readonly for: number;
}

/** A trend alone fires whenever a log file grows until it is rotated; hence the limit on what is free. */
function willFill(settings: Settings, trend: Trend): AlertOptions {
  const { name, severity, within, over, freeBelow, for: forMs } = trend;
  const past = `node_filesystem_avail_bytes{${NODE}}${scrapeWindow(settings, over)}`;
  return {
    name,
    expr:
      `${shareFree(NODE)} < ${freeBelow} and predict_linear(${past}, ${seconds(within)}) < 0 ` +
      `and ${OURS}`,
    forMs,
    severity,
    summary: `{{ $labels.host }} host: {{ $labels.mountpoint }} will be full within ${prometheusDuration(within)}`,
    description:
      `{{ $value | humanizePercentage }} of the disk at {{ $labels.mountpoint }} ({{ $labels.device }}) of the ` +
      `{{ $labels.host }} host is free (limit ${percentage(freeBelow)}), and at the rate of the last ` +
      `${prometheusDuration(over)} it will be full within ${prometheusDuration(within)}.`,
    dashboard: "resources",
  };
}

/** File systems without inodes, such as btrfs, report 0 of 0: no number, and no alert. */
function inodesLow({ alerts }: Settings): AlertOptions {
  const { freeBelow, for: forMs } = alerts.InodesLow;
  return {
    name: "InodesLow",
    expr: `node_filesystem_files_free{${NODE}} / node_filesystem_files{${NODE}} < ${freeBelow} and ${OURS}`,
    forMs,
    severity: "warning",
    summary: "{{ $labels.host }} host: {{ $labels.mountpoint }} has few inodes left",
    description:
      `{{ $value | humanizePercentage }} of the inodes at {{ $labels.mountpoint }} of the {{ $labels.host }} host ` +
      `are free (limit ${percentage(freeBelow)} for ${prometheusDuration(forMs)}). Without one no file can be made, ` +
      "however much space there is.",
    dashboard: "resources",
  };
}
