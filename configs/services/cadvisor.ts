import { wgetHealth } from "../health";
import { metricsReaders } from "../metrics-route";
import { type HostName, hostOf, namedOn, publishedToPeers } from "../placement";
import { containerRules } from "../rules/containers";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { dockerApiUrl } from "./socket-proxy";

/** Families that no rule and no panel reads; together they are most of what cAdvisor costs. */
const UNUSED_METRICS = [
  "advtcp",
  "cpu_topology",
  "cpuset",
  "hugetlb",
  "memory_numa",
  "percpu",
  "process",
  "referenced_memory",
  "resctrl",
  "sched",
  "tcp",
  "udp",
];

/** CPU, memory and disk of each container of its host. Neither privileged nor near the Docker socket. */
export function cadvisorSpec(settings: Settings, host: HostName): ServiceSpec {
  const dataRoot = hostOf(settings, host).dockerDataRoot;
  return {
    ...namedOn(settings, host, "cadvisor"),
    kind: "Cadvisor",
    image: "ghcr.io/google/cadvisor:0.60.6",
    user: "0:0",
    rootReason: "reads /proc and the Docker data root, which only root may read",
    port: 8080,
    args: [
      "--port=8080",
      `--docker=${dockerApiUrl(settings, host)}`,
      "--docker_only=true",
      "--store_container_labels=false",
      "--housekeeping_interval=15s",
      `--disable_metrics=${UNUSED_METRICS.join(",")}`,
    ],
    networks: ["data", "sock"],
    publish: publishedToPeers(settings, host, {
      container: 8080,
      host: 8081,
      users: metricsReaders(settings, host),
    }),
    hostMounts: [
      { source: "/sys", target: "/sys" },
      // Network counters are read from the processes' own namespaces.
      { source: "/proc", target: "/rootfs/proc" },
      { source: dataRoot, target: `/rootfs${dataRoot}` },
    ],
    health: wgetHealth(8080, "/healthz"),
    memoryMegabytes: 256,
    stopGraceSeconds: 5,
    monitoring: {
      scrape: {
        // Comes and goes with restarts, and forks every series of the container.
        dropLabels: ["restartcount"],
        tracksTimestamps: true,
      },
      ruleGroups: [containerRules(settings)],
    },
  };
}
