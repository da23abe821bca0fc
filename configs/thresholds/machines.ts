import { oneOf } from "../settings/fields";
import { count, hold, milliseconds, parameters, share, time } from "./parameters";

/** Hosts and containers: what the exporters and cAdvisor measure. */
export const machineThresholds = {
  NodeDown: parameters({ for: hold("2m") }),
  HighCPUUsage: parameters({ above: share("80%"), over: time("5m"), for: hold("5m") }),
  HighMemoryUsage: parameters({ above: share("85%"), for: hold("5m") }),
  HighDiskUsage: parameters({ above: share("85%"), for: hold("5m") }),
  CriticalDiskUsage: parameters({ above: share("95%"), for: hold("5m") }),
  /** Seed 003's policy for the root disk: a note by default, critical where it is made strict. */
  RootDiskWatermark: parameters({
    above: share("65%"),
    for: hold("15m"),
    severity: oneOf(["info", "critical"]).prefault("info"),
  }),
  DiskWillFillSoon: parameters({
    within: time("24h"),
    over: time("6h"),
    freeBelow: share("15%"),
    for: hold("1h"),
  }),
  DiskWillFillVerySoon: parameters({
    within: time("4h"),
    over: time("6h"),
    freeBelow: share("10%"),
    for: hold("1h"),
  }),
  InodesLow: parameters({ freeBelow: share("10%"), for: hold("30m") }),
  OomKill: parameters({ over: time("10m") }),
  ClockSkew: parameters({ above: milliseconds("50ms"), for: hold("10m") }),
  NfsMountStale: parameters({ over: time("10m"), for: hold("5m") }),
  ContainerDown: parameters({ for: hold("1m") }),
  ContainerCrashLoop: parameters({ above: count(2), over: time("15m") }),
  ContainerMemoryNearLimit: parameters({ above: share("90%"), for: hold("5m") }),
  ContainerThrottled: parameters({ above: share("25%"), over: time("5m"), for: hold("15m") }),
} as const;
