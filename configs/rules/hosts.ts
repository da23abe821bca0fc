import { ALLOY_PORT } from "../logs/agent-hosts";
import { pushingHosts } from "../metrics-route";
import { type HostName, nameOn } from "../placement";
import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration, seconds } from "../units";
import { GATEWAY } from "./gateway";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { scrapeWindow } from "./window";

/** Matcher of what node-exporter measures, of each host. */
export const NODE = 'job="node-exporter"';

/** The machines: processor, memory, clock. Their disks are in disks.ts. */
export function hostRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "hosts",
    evaluator: "prometheus",
    alerts: [
      ...pushingHosts(settings).map((host) => nodeSilent(settings, host)),
      nodeDown(settings),
      highCpuUsage(settings),
      highMemoryUsage(settings),
      oomKill(settings),
      clockSkew(settings),
    ],
  });
}

function nodeDown(settings: Settings): AlertOptions {
  return { ...noFigures(settings), expr: `up{${NODE}} == 0` };
}

/**
 * The same of a host that pushes: who tells that it does not answer is silent with it, and the last
 * `up` would stand for five minutes. Without the gateway, nothing can be said of it.
 */
function nodeSilent(settings: Settings, host: HostName): AlertOptions {
  const agent = nameOn(settings, host, "alloy");
  return {
    ...noFigures(settings),
    expr:
      `absent_over_time(up{${NODE},host="${host}"}${scrapeWindow(settings, 0)}) ` +
      `unless on () probe_success{${GATEWAY}} == 0`,
    labels: {
      env: settings.environment,
      instance: `${agent}:${ALLOY_PORT}`,
      service: agent,
    },
  };
}

function noFigures({ alerts }: Settings): Omit<AlertOptions, "expr"> {
  return {
    name: "NodeDown",
    forMs: alerts.NodeDown.for,
    severity: "critical",
    summary: "The {{ $labels.host }} host does not answer",
    description:
      `No figures of the {{ $labels.host }} host ({{ $labels.instance }}) came for ` +
      `${prometheusDuration(alerts.NodeDown.for)}: the host, its network or node-exporter is down.`,
    dashboard: "resources",
  };
}

function highCpuUsage(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.HighCPUUsage;
  const idle = `rate(node_cpu_seconds_total{${NODE},mode="idle"}${scrapeWindow(settings, over)})`;
  return {
    name: "HighCPUUsage",
    expr: `1 - avg by (env, host, instance) (${idle}) > ${above}`,
    forMs,
    severity: "warning",
    summary: "{{ $labels.host }} host: processors {{ $value | humanizePercentage }} busy",
    description:
      `The processors of the {{ $labels.host }} host are {{ $value | humanizePercentage }} busy ` +
      `(limit ${percentage(above)} for ${prometheusDuration(forMs)}). Everything on it gets slower.`,
    dashboard: "resources",
  };
}

/** What is available, not what is free: a cache that can be given back is no use of memory. */
function highMemoryUsage({ alerts }: Settings): AlertOptions {
  const { above, for: forMs } = alerts.HighMemoryUsage;
  return {
    name: "HighMemoryUsage",
    expr: `1 - node_memory_MemAvailable_bytes{${NODE}} / node_memory_MemTotal_bytes{${NODE}} > ${above}`,
    forMs,
    severity: "warning",
    summary: "{{ $labels.host }} host: {{ $value | humanizePercentage }} of the memory in use",
    description:
      `{{ $value | humanizePercentage }} of the memory of the {{ $labels.host }} host is in use ` +
      `(limit ${percentage(above)} for ${prometheusDuration(forMs)}). When it is full, the kernel kills processes.`,
    dashboard: "resources",
  };
}

/** Those of containers at their own limit are counted too: see docs/runbooks/OomKill.md. */
function oomKill(settings: Settings): AlertOptions {
  const { over } = settings.alerts.OomKill;
  return {
    name: "OomKill",
    expr: `increase(node_vmstat_oom_kill{${NODE}}${scrapeWindow(settings, over)}) > 0`,
    severity: "warning",
    summary: "{{ $labels.host }} host: a process was killed for lack of memory",
    description:
      `The kernel of the {{ $labels.host }} host killed {{ printf "%.0f" $value }} processes in ` +
      `${prometheusDuration(over)} (limit 0), because the memory of the host or of a container was used up.`,
    dashboard: "resources",
  };
}

function clockSkew({ alerts }: Settings): AlertOptions {
  const { above, for: forMs } = alerts.ClockSkew;
  return {
    name: "ClockSkew",
    expr: `abs(node_timex_offset_seconds{${NODE}}) > ${seconds(above)}`,
    forMs,
    severity: "warning",
    summary: "{{ $labels.host }} host: the clock is {{ $value | humanizeDuration }} off",
    description:
      `The clock of the {{ $labels.host }} host is {{ $value | humanizeDuration }} off ` +
      `(limit ${prometheusDuration(above)} for ${prometheusDuration(forMs)}). Log lines of the two hosts get in the wrong order.`,
    dashboard: "resources",
  };
}
