import type { AlertName } from "../../../../configs/thresholds/thresholds";
import {
  casesOf,
  fires,
  noData,
  quiet,
  resolves,
  type RuleCase,
  type Series,
} from "../../../support/rule-case";
import { scraped } from "../../../support/rule-series";
import { countedWithin, hold, minutes, zeroFor } from "./shapes";

const node = scraped("node-exporter");
const otherNode = scraped("node-exporter", { host: "app" });

/** Seconds that one processor spends in 15, idle and at work. */
function processor(of: typeof node, idle: number, samples: number): Series {
  const time = (mode: string, seconds: number) => ({
    [of("node_cpu_seconds_total", { cpu: "0", mode })]: `0+${seconds}x${samples}`,
  });
  return { ...time("idle", idle), ...time("user", 15 - idle) };
}

function memory(available: string): Series {
  return {
    [node("node_memory_MemAvailable_bytes")]: available,
    [node("node_memory_MemTotal_bytes")]: hold(1_000, 40),
  };
}

const offset = (values: string): Series => ({ [node("node_timex_offset_seconds")]: values });

/** A host that pushes: its series end, and nothing says 0. */
const pushedNode = scraped("node-exporter", { host: "app", service: "app-alloy" });
const pushedUp = (values: string): Series => ({
  [pushedNode("up")]: values,
  [node("up")]: hold(1, 60),
});

const gateway = scraped("gateway");

const pushedCases = [
  fires({ name: "silent for long enough", series: pushedUp(hold(1, 1)), at: minutes(4) }),
  fires({ name: "its exporter does not answer", series: pushedUp(hold(0, 10)), at: minutes(3) }),
  quiet({ name: "pushes", series: pushedUp(hold(1, 60)), at: minutes(50) }),
  quiet({
    name: "the gateway does not answer",
    series: { ...pushedUp(hold(1, 1)), [gateway("probe_success")]: hold(0, 60) },
    at: minutes(20),
  }),
  fires({
    name: "the gateway answers",
    series: { ...pushedUp(hold(1, 1)), [gateway("probe_success")]: hold(1, 60) },
    at: minutes(4),
  }),
  quiet({ name: "silent for a moment less", series: pushedUp(hold(1, 1)), at: minutes(4, -1) }),
  quiet({
    name: "every fourth push comes through",
    series: pushedUp(`${"1 _x3 ".repeat(20)}1`),
    at: minutes(15),
  }),
  noData({ at: minutes(5), count: 1 }),
  resolves({
    name: "silent, then it pushes again",
    series: pushedUp(`1x4 _x14 ${hold(1, 2)}`),
    firesAt: minutes(4),
    overAt: minutes(5),
  }),
];

export const hostCases: readonly RuleCase[] = [
  ...zeroFor("NodeDown", { series: node("up"), holdMinutes: 2 }),
  ...casesOf("NodeDown", [
    fires({
      name: "one of two hosts",
      series: { [node("up")]: hold(1, 5), [otherNode("up")]: hold(0, 5) },
      at: minutes(2, 1),
    }),
  ]),
  ...casesOf("NodeDown", pushedCases, { on: "push" }),
  ...casesOf("HighCPUUsage", [
    fires({ name: "85 % busy", series: processor(node, 2.25, 40), at: minutes(5, 2) }),
    fires({
      name: "P17: one of two hosts",
      series: { ...processor(node, 1, 40), ...processor(otherNode, 14, 40) },
      at: minutes(6),
    }),
    quiet({ name: "75 % busy", series: processor(node, 3.75, 40), at: "9m" }),
    quiet({ name: "85 % for a moment less", series: processor(node, 2.25, 40), at: "5m" }),
    noData({ at: "9m" }),
    resolves({
      name: "idle again",
      series: {
        [node("node_cpu_seconds_total", { cpu: "0", mode: "idle" })]: "0+1x28 28+15x40",
        [node("node_cpu_seconds_total", { cpu: "0", mode: "user" })]: "0+14x28 392x41",
      },
      firesAt: "6m",
      overAt: "13m",
    }),
  ]),
  ...casesOf("HighMemoryUsage", [
    fires({ name: "90 % in use", series: memory(hold(100, 40)), at: minutes(5, 1) }),
    quiet({ name: "80 % in use", series: memory(hold(200, 40)), at: "9m" }),
    quiet({ name: "90 % for a moment less", series: memory(hold(100, 40)), at: minutes(5, -1) }),
    noData({ at: "9m" }),
    resolves({
      name: "half in use again",
      series: memory(`${hold(100, 6)} ${hold(500, 5)}`),
      firesAt: minutes(5, 1),
      overAt: minutes(6, 2),
    }),
  ]),
  ...countedWithin("OomKill", {
    series: node("node_vmstat_oom_kill"),
    overMinutes: 10,
    holdMinutes: 0,
  }),
  ...casesOf("ClockSkew", [
    fires({ name: "60 ms late", series: offset(hold(-0.06, 15)), at: minutes(10, 1) }),
    fires({ name: "60 ms early", series: offset(hold(0.06, 15)), at: minutes(10, 1) }),
    quiet({ name: "40 ms", series: offset(hold(0.04, 15)), at: "14m" }),
    quiet({ name: "60 ms for a moment less", series: offset(hold(0.06, 15)), at: minutes(10, -1) }),
    noData({ at: "14m" }),
    resolves({
      name: "set right",
      series: offset(`${hold(0.06, 12)} ${hold(0.001, 5)}`),
      firesAt: minutes(10, 1),
      overAt: minutes(12, 2),
    }),
  ]),
];

interface FileSystem {
  /** Of 1000. */
  readonly avail: string;
  /** What root may still use besides is not available to others. @default `avail` */
  readonly free?: string;
  readonly mountpoint?: string;
  readonly fstype?: string;
  readonly readonly?: boolean;
}

const DAYS = 1_500;

function disk(options: FileSystem): Series {
  const { avail, free = avail, mountpoint = "/", fstype = "ext4" } = options;
  const labels = { device: "/dev/vda", fstype, mountpoint };
  return {
    [node("node_filesystem_avail_bytes", labels)]: avail,
    [node("node_filesystem_free_bytes", labels)]: free,
    [node("node_filesystem_size_bytes", labels)]: `1000x${DAYS}`,
    [node("node_filesystem_readonly", labels)]: `${options.readonly ? 1 : 0}x${DAYS}`,
  };
}

interface Usage {
  readonly holdMinutes: number;
  /** In percent: above the limit, and below it. */
  readonly high: number;
  readonly low: number;
}

function usageCases(alert: AlertName, { holdMinutes, high, low }: Usage): readonly RuleCase[] {
  const full = (percent: number) => hold(1_000 - 10 * percent, holdMinutes + 5);
  const late = minutes(holdMinutes + 4);
  return casesOf(alert, [
    fires({ name: `${high} %`, series: disk({ avail: full(high) }), at: minutes(holdMinutes, 1) }),
    quiet({ name: `${low} %`, series: disk({ avail: full(low) }), at: late }),
    quiet({
      name: `${high} % for a moment less`,
      series: disk({ avail: full(high) }),
      at: minutes(holdMinutes, -1),
    }),
    quiet({
      name: "much reserved for root, as df counts it",
      series: disk({ avail: hold(30, 40), free: hold(950, 40) }),
      at: late,
    }),
    quiet({
      name: "P19: another machine's disk by NFS",
      series: disk({ avail: full(high), fstype: "nfs4" }),
      at: late,
    }),
    quiet({
      name: "an image that is full from the start",
      series: disk({ avail: hold(0, 40), fstype: "squashfs", readonly: true }),
      at: late,
    }),
    quiet({
      name: "mounted read-only",
      series: disk({ avail: full(high), readonly: true }),
      at: late,
    }),
    noData({ at: late }),
    resolves({
      name: `${high} %, then half of it deleted`,
      series: disk({ avail: `${hold(1_000 - 10 * high, holdMinutes + 1)} ${hold(600, 5)}` }),
      firesAt: minutes(holdMinutes, 1),
      overAt: minutes(holdMinutes + 1, 2),
    }),
  ]);
}

interface Trend {
  /** Free of 1000 at first, and how much goes in a minute, so that it is full in time. */
  readonly free: number;
  readonly falling: number;
  /** So that it is not full in time, but in three times that time. */
  readonly slower: number;
  /** Falls as fast, but there is room. */
  readonly roomy: number;
  readonly roomyFalling: number;
}

function trendCases(alert: AlertName, trend: Trend): readonly RuleCase[] {
  const { free, falling, slower, roomy, roomyFalling } = trend;
  return casesOf(
    alert,
    [
      fires({
        name: "will be full in time",
        series: disk({ avail: `${free}-${falling}x90` }),
        at: "62m",
      }),
      quiet({ name: "nearly full, but steady", series: disk({ avail: `${free}x90` }), at: "80m" }),
      quiet({
        name: "P18: fills fast, but has room",
        series: disk({ avail: `${roomy}-${roomyFalling}x90` }),
        at: "62m",
      }),
      quiet({ name: "fills slowly", series: disk({ avail: `${free}-${slower}x90` }), at: "80m" }),
      quiet({
        name: "a moment less",
        series: disk({ avail: `${free}-${falling}x90` }),
        at: "60m",
      }),
      quiet({
        name: "another machine's disk by NFS",
        series: disk({ avail: `${free}-${falling}x90`, fstype: "nfs4" }),
        at: "80m",
      }),
      quiet({
        name: "mounted read-only",
        series: disk({ avail: `${free}-${falling}x90`, readonly: true }),
        at: "80m",
      }),
      noData({ at: "80m" }),
      resolves({
        name: "half of it deleted",
        series: disk({ avail: `${free}-${falling}x70 600x20` }),
        firesAt: "65m",
        overAt: "75m",
      }),
    ],
    { every: "1m", evaluated: "1m" },
  );
}

function inodes(free: string, options: { files?: string } & Partial<FileSystem> = {}): Series {
  const { files = `1000x${DAYS}`, fstype = "ext4", readonly } = options;
  const labels = { device: "/dev/vda", fstype, mountpoint: "/" };
  return {
    [node("node_filesystem_files_free", labels)]: free,
    [node("node_filesystem_files", labels)]: files,
    [node("node_filesystem_readonly", labels)]: `${readonly ? 1 : 0}x${DAYS}`,
  };
}

export const diskCases: readonly RuleCase[] = [
  ...usageCases("HighDiskUsage", { holdMinutes: 5, high: 90, low: 80 }),
  ...usageCases("CriticalDiskUsage", { holdMinutes: 5, high: 97, low: 90 }),
  ...usageCases("RootDiskWatermark", { holdMinutes: 15, high: 70, low: 60 }),
  ...casesOf("RootDiskWatermark", [
    quiet({
      name: "another disk than the root",
      series: disk({ avail: hold(300, 20), mountpoint: "/data" }),
      at: "19m",
    }),
  ]),
  ...trendCases("DiskWillFillSoon", {
    free: 130,
    falling: 0.1,
    slower: 0.05,
    roomy: 300,
    roomyFalling: 0.5,
  }),
  ...trendCases("DiskWillFillVerySoon", {
    free: 90,
    falling: 0.4,
    slower: 0.2,
    roomy: 250,
    roomyFalling: 1.2,
  }),
  ...casesOf("InodesLow", [
    fires({ name: "8 % left", series: inodes(hold(80, 40)), at: minutes(30, 1) }),
    quiet({ name: "12 % left", series: inodes(hold(120, 40)), at: "39m" }),
    quiet({ name: "8 % for a moment less", series: inodes(hold(80, 40)), at: minutes(30, -1) }),
    quiet({
      name: "P9: a file system without inodes",
      series: inodes(hold(0, 40), { files: hold(0, 40) }),
      at: "39m",
    }),
    quiet({ name: "by NFS", series: inodes(hold(80, 40), { fstype: "nfs4" }), at: "39m" }),
    quiet({ name: "read-only", series: inodes(hold(80, 40), { readonly: true }), at: "39m" }),
    noData({ at: "39m" }),
    resolves({
      name: "files deleted",
      series: inodes(`${hold(80, 32)} ${hold(500, 5)}`),
      firesAt: minutes(30, 1),
      overAt: minutes(32, 2),
    }),
  ]),
];
