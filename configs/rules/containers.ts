import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { scrapeWindow } from "./window";

const CADVISOR = 'job="cadvisor"';

/** What it measures of containers, ours and the site's; without a name is the root of them all. */
const CONTAINERS = `${CADVISOR},name!=""`;

/** The containers that run. Those that do not are in container-down.ts. */
export function containerRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "containers",
    evaluator: "prometheus",
    alerts: [crashLoop(settings), memoryNearLimit(settings), throttled(settings)],
  });
}

/**
 * Starts are counted by the time of the start, which moves with each since cAdvisor 0.60. Counters
 * that begin anew miss most restarts: the new value has often passed the old one when it is read.
 */
function crashLoop(settings: Settings): AlertOptions {
  const { above, over } = settings.alerts.ContainerCrashLoop;
  const started = `container_start_time_seconds{${CONTAINERS}}${scrapeWindow(settings, over)}`;
  return {
    name: "ContainerCrashLoop",
    expr: `changes(${started}) > ${above}`,
    severity: "critical",
    summary: "{{ $labels.name }} keeps restarting on the {{ $labels.host }} host",
    description:
      `The container {{ $labels.name }} was started again {{ $value }} times in ${prometheusDuration(over)} ` +
      `(limit ${above}). It cannot do its work.`,
    dashboard: "resources",
  };
}

/** Without a limit the limit reads 0. */
function memoryNearLimit({ alerts }: Settings): AlertOptions {
  const { above, for: forMs } = alerts.ContainerMemoryNearLimit;
  const limit = `container_spec_memory_limit_bytes{${CONTAINERS}} > 0`;
  return {
    name: "ContainerMemoryNearLimit",
    expr: `container_memory_working_set_bytes{${CONTAINERS}} / (${limit}) > ${above}`,
    forMs,
    severity: "warning",
    summary: "{{ $labels.name }} uses {{ $value | humanizePercentage }} of its memory",
    description:
      `The container {{ $labels.name }} on the {{ $labels.host }} host uses {{ $value | humanizePercentage }} of its ` +
      `memory limit (limit of the alert ${percentage(above)} for ${prometheusDuration(forMs)}). At 100% it is killed.`,
    dashboard: "resources",
  };
}

/** Series exist for containers with a processor limit alone. */
function throttled(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.ContainerThrottled;
  const rate = (metric: string) =>
    `rate(container_cpu_cfs_${metric}_total{${CADVISOR}}${scrapeWindow(settings, over)})`;
  return {
    name: "ContainerThrottled",
    expr: `${rate("throttled_periods")} / ${rate("periods")} > ${above}`,
    forMs,
    severity: "info",
    summary: "{{ $labels.name }} waits for its processor limit",
    description:
      `The container {{ $labels.name }} on the {{ $labels.host }} host was held back in ` +
      `{{ $value | humanizePercentage }} of its time slices (limit ${percentage(above)} for ` +
      `${prometheusDuration(forMs)}). It is slower than it could be.`,
    dashboard: "resources",
  };
}
