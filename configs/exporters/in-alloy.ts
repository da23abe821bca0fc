import type { AlloyBlock } from "../logs/alloy-syntax";
import { type HostName, hostOf } from "../placement";
import { type ServiceSpec, toolOf } from "../service-spec";
import { HOST_ROOT, nodeExporterSpec, UNMEASURED_MOUNT_POINTS } from "../services/node-exporter";
import type { Settings } from "../settings/settings";

const COMPONENT = "prometheus.exporter.unix";
const LABEL = "host";

/** What node-exporter leaves out by itself; Alloy's own lists are older. */
const UNMEASURED_DEVICES = String.raw`^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`;
const UNMEASURED_FILE_SYSTEMS =
  "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|" +
  "overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$";

/** The node-exporter inside Alloy, with the figures of the container of that name. */
export const HOST_EXPORTER: AlloyBlock = {
  name: COMPONENT,
  label: LABEL,
  attributes: {
    rootfs_path: HOST_ROOT,
    procfs_path: `${HOST_ROOT}/proc`,
    sysfs_path: `${HOST_ROOT}/sys`,
    // On by default in Alloy alone; reads every process at each scrape.
    disable_collectors: ["processes"],
  },
  blocks: [
    { name: "disk", attributes: { device_exclude: UNMEASURED_DEVICES } },
    {
      name: "filesystem",
      attributes: {
        mount_points_exclude: UNMEASURED_MOUNT_POINTS,
        fs_types_exclude: UNMEASURED_FILE_SYSTEMS,
      },
    },
  ],
};

/** The agent's container, grown by what node-exporter's is for. */
export function measuringHost(settings: Settings, host: HostName, agent: ServiceSpec): ServiceSpec {
  const replaced = nodeExporterSpec(settings, host);
  return {
    ...agent,
    memoryMegabytes: agent.memoryMegabytes + replaced.memoryMegabytes,
    hostMounts: [...(agent.hostMounts ?? []), ...(replaced.hostMounts ?? [])],
    hiddenPaths: hiddenFromRoot(settings, host),
    monitoring: {
      ...agent.monitoring,
      exporters: [
        {
          job: toolOf(replaced),
          metricsPath: `/api/v0/component/${COMPONENT}.${LABEL}/metrics`,
        },
      ],
      ruleGroups: [agent, replaced].flatMap(({ monitoring }) => monitoring?.ruleGroups ?? []),
    },
  };
}

/**
 * node-exporter is nobody, but the agent is root: without this it could open Docker's socket past the
 * proxy, and read keys, passwords and the environment of every container.
 */
function hiddenFromRoot(settings: Settings, host: HostName): readonly string[] {
  const { dockerDataRoot } = hostOf(settings, host);
  return ["/etc", "/root", "/run", `${dockerDataRoot}/containers`, `${dockerDataRoot}/volumes`].map(
    (path) => `${HOST_ROOT}${path}`,
  );
}
