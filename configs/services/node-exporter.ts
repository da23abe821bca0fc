import { wgetHealth } from "../health";
import { metricsReaders } from "../metrics-route";
import { type HostName, namedOn, publishedToPeers } from "../placement";
import { diskRules } from "../rules/disks";
import { hostRules } from "../rules/hosts";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";

/** Where it finds the host's files, `/proc` and `/sys` among them. */
export const HOST_ROOT = "/host";

/** A stuck NFS mount must not block the collector, and its size belongs to another host. */
export const UNMEASURED_MOUNT_POINTS = "^/(dev|proc|sys|run|mnt/.*-logs|var/lib/docker/.+)($|/)";

/** CPU, memory, disk and network of its host. */
export function nodeExporterSpec(settings: Settings, host: HostName): ServiceSpec {
  return {
    ...namedOn(settings, host, "node-exporter"),
    kind: "NodeExporter",
    image: "prom/node-exporter:v1.12.1",
    user: "65534:65534",
    port: 9100,
    args: [
      `--path.rootfs=${HOST_ROOT}`,
      `--path.procfs=${HOST_ROOT}/proc`,
      `--path.sysfs=${HOST_ROOT}/sys`,
      `--collector.filesystem.mount-points-exclude=${UNMEASURED_MOUNT_POINTS}`,
    ],
    networks: ["data"],
    publish: publishedToPeers(settings, host, {
      container: 9100,
      host: 9100,
      users: metricsReaders(settings, host),
    }),
    // With it come the host's /proc and /sys, so the container needs no namespace of the host.
    hostMounts: [{ source: "/", target: HOST_ROOT }],
    health: wgetHealth(9100, "/"),
    memoryMegabytes: 64,
    stopGraceSeconds: 5,
    monitoring: { scrape: {}, ruleGroups: [hostRules(settings), diskRules(settings)] },
  };
}
