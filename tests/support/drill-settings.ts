import type { AlertName } from "../../configs/thresholds/thresholds";
import type { Visit } from "../../examples/website/traffic";

/** Short windows, so that the same rules are tested in less time. */
export const DRILL_ALERTS = {
  // What the drills add up to, and what else this machine is busy with, is not what they are about.
  AvailabilityBurnFast: { burn: 1_000 },
  AvailabilityBurnSlow: { burn: 1_000 },
  HighCPUUsage: { above: "100%" },
  WebsiteFlapping: { above: 100 },

  HighErrorRate: { over: "20s", for: "0s" },
  High5xxRate: { above: "5%", over: "20s", for: "0s" },
  Http5xxBurst: { over: "20s" },
  RequestLatencyP95High: { above: "500ms", over: "20s", for: "0s" },
  UnhandledExceptions: { over: "20s", for: "0s" },
  CeleryTaskFailures: { over: "20s" },
  NginxLogsMissing: { over: "15s", for: "0s" },
  ContainerDown: { for: "4s" },
  TargetDown: { for: "10s" },
  LokiDown: { for: "10s" },
  HighDiskUsage: { for: "2s" },
  NotificationsFailing: { over: "20s", for: "0s" },
} as const satisfies Partial<Record<AlertName, Readonly<Record<string, unknown>>>>;

/** A warning waits for its cause to be told first. */
export const DRILL_GROUPING = {
  criticalWait: "1s",
  wait: "4s",
  criticalInterval: "3s",
  interval: "3s",
};

/** Ordinary visitors: nobody asks for what is not there. */
export const DRILL_VISITS: readonly Visit[] = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/api/tasks" },
  { method: "GET", path: "/" },
  { method: "GET", path: "/api/tasks" },
  { method: "POST", path: "/api/tasks" },
];
