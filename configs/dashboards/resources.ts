import { exporterRows } from "../exporters/exporters";
import { OURS, shareFree } from "../rules/disks";
import { NODE as EXPORTER } from "../rules/hosts";
import type { Settings } from "../settings/settings";
import { seconds } from "../units";
import { containersRow } from "./containers";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { above } from "./limits";
import { timeSeries } from "./panels";
import { metric } from "./query";
import { container, environment, host } from "./variables";

const CHOSEN = 'env=~"$env",host=~"$host"';
const NODE = `${EXPORTER},${CHOSEN}`;

/** What are the hosts, their containers and processes busy with? */
export function resourcesDashboard(settings: Settings): Dashboard {
  return dashboardOf(settings, {
    name: "resources",
    title: "Resources",
    description: "What are the hosts, their containers and processes busy with?",
    variables: [environment(), host(), container()],
    rows: [
      hostsRow(settings),
      disksRow(settings),
      containersRow(settings),
      processesRow(),
      ...exporterRows(settings),
    ],
  });
}

function hostsRow(settings: Settings): Row {
  return { title: "Hosts", panels: [...fullness(settings), ...frictions(settings)] };
}

function fullness({ alerts }: Settings) {
  return [
    timeSeries({
      title: "CPU in use",
      unit: "percentunit",
      width: 8,
      queries: [metric(busy("env, host"), "{{host}}")],
      limits: above(alerts.HighCPUUsage.above),
    }).max(1),
    timeSeries({
      title: "Memory in use",
      unit: "percentunit",
      width: 8,
      queries: [metric(usedMemory(), "{{host}}")],
      limits: above(alerts.HighMemoryUsage.above),
    }).max(1),
    timeSeries({
      title: "Load per CPU",
      unit: "short",
      width: 8,
      queries: [
        metric(
          `sum by (env, host) (node_load5{${NODE}}) / count by (env, host) (node_cpu_seconds_total{${NODE},mode="idle"})`,
          "{{host}}, 5 minutes",
        ),
      ],
      description: "Over 1, more work waits than is done.",
    }),
  ];
}

function frictions({ alerts }: Settings) {
  return [
    timeSeries({
      title: "Time that work waits",
      unit: "percentunit",
      width: 8,
      queries: ["cpu", "io", "memory"].map((what) =>
        metric(
          `rate(node_pressure_${what}_waiting_seconds_total{${NODE}}[$__rate_interval])`,
          `{{host}}: ${what}`,
        ),
      ),
      description: "Share of the time in which something waited for CPU, disk or memory.",
    }),
    timeSeries({
      title: "Network",
      unit: "Bps",
      width: 8,
      queries: [
        metric(traffic("receive"), "{{host}} in"),
        metric(traffic("transmit"), "{{host}} out"),
      ],
    }),
    timeSeries({
      title: "Difference of the clock",
      unit: "s",
      width: 8,
      queries: [metric(`abs(node_timex_offset_seconds{${NODE}})`, "{{host}}")],
      limits: above(seconds(alerts.ClockSkew.above)),
    }),
  ];
}

/** Share of the CPUs that is not idle. */
export function busy(by: string): string {
  return `1 - avg by (${by}) (rate(node_cpu_seconds_total{${NODE},mode="idle"}[$__rate_interval]))`;
}

export function usedMemory(): string {
  return `1 - node_memory_MemAvailable_bytes{${NODE}} / node_memory_MemTotal_bytes{${NODE}}`;
}

/** Share of each local file system that is taken, as the alerts count it. */
export function usedDisk(): string {
  return `1 - ${shareFree(NODE)} and ${OURS}`;
}

function traffic(direction: "receive" | "transmit"): string {
  const bytes = `node_network_${direction}_bytes_total{${NODE},device!~"lo|veth.*|br-.*|docker.*"}`;
  return `sum by (env, host) (rate(${bytes}[$__rate_interval]))`;
}

function disksRow({ alerts }: Settings): Row {
  const device = (direction: "read" | "written") =>
    `sum by (env, host) (rate(node_disk_${direction}_bytes_total{${NODE}}[$__rate_interval]))`;
  return {
    title: "Disks",
    panels: [
      timeSeries({
        title: "Disk space in use",
        unit: "percentunit",
        width: 8,
        queries: [metric(usedDisk(), "{{host}} {{mountpoint}}")],
        limits: above(alerts.HighDiskUsage.above, alerts.CriticalDiskUsage.above),
      }).max(1),
      timeSeries({
        title: "Inodes in use",
        unit: "percentunit",
        width: 8,
        queries: [
          metric(
            `1 - node_filesystem_files_free{${NODE}} / (node_filesystem_files{${NODE}} > 0) and ${OURS}`,
            "{{host}} {{mountpoint}}",
          ),
        ],
        limits: above(1 - alerts.InodesLow.freeBelow),
        description: "Many small files take these before they take the space.",
      }).max(1),
      timeSeries({
        title: "Read and written",
        unit: "Bps",
        width: 8,
        queries: [
          metric(device("read"), "{{host}} read"),
          metric(device("written"), "{{host}} written"),
        ],
      }),
    ],
  };
}

/** The servers of this stack tell about their processes; others are seen as containers above. */
function processesRow(): Row {
  const own = `${CHOSEN},service!=""`;
  return {
    title: "Processes",
    panels: [
      timeSeries({
        title: "CPUs used by each server",
        unit: "short",
        width: 8,
        queries: [
          metric(`rate(process_cpu_seconds_total{${own}}[$__rate_interval])`, "{{service}}"),
        ],
      }),
      timeSeries({
        title: "Open files of each server, of those allowed",
        unit: "percentunit",
        width: 8,
        queries: [metric(`process_open_fds{${own}} / process_max_fds{${own}}`, "{{service}}")],
      }),
      timeSeries({
        title: "Processes of the host that run or wait for disk",
        unit: "short",
        width: 8,
        queries: [
          metric(`node_procs_running{${NODE}}`, "{{host}} running"),
          metric(`node_procs_blocked{${NODE}}`, "{{host}} blocked"),
        ],
      }),
    ],
  };
}
