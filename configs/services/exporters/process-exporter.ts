import { type Row } from "../../dashboards/dashboard";
import { above } from "../../dashboards/limits";
import { timeSeries } from "../../dashboards/panels";
import { metric } from "../../dashboards/query";
import { exporterContainer, programHealth } from "../../exporters/container";
import type { ContainerExporter } from "../../exporters/exporter";
import { type AlertOptions, type RuleGroup, ruleGroup } from "../../rules/rule";
import { BY_SERVICE } from "../../rules/window";
import { CONFIG_PATH } from "../../service-spec";
import { flag } from "../../settings/fields";
import type { Settings } from "../../settings/settings";
import { prometheusDuration } from "../../units";
import { toYaml } from "../../yaml";

const TOOL = "process-exporter";
const JOB = `job="${TOOL}"`;
const FILE = "process-exporter.yml";
const PROGRAM = "/bin/process-exporter";

/**
 * CPU, memory and states of the host's processes by the name of their program. What only their owner
 * may see, reads from disk, and open files before Linux 6.2, would need a capability by which secrets
 * could be read.
 */
export const processExporter: ContainerExporter<boolean> = {
  tool: TOOL,
  settings: flag(),
  spec: (settings, host) => ({
    ...exporterContainer(settings, host, { tool: TOOL, port: 9256 }),
    kind: "ProcessExporter",
    image: "ncabatoff/process-exporter:0.8.7",
    user: "65534:65534",
    args: [
      "-procfs=/host/proc",
      `-config.path=${CONFIG_PATH}/${FILE}`,
      "-threads=false",
      "-gather-smaps=false",
      // A name that is gone would be kept for ever.
      "-remove-empty-groups",
    ],
    hostMounts: [{ source: "/proc", target: "/host/proc" }],
    health: programHealth(PROGRAM, "-version"),
    configuration: { files: () => ({ [FILE]: toYaml(processConfig()) }), restartOn: [FILE] },
    monitoring: { scrape: {}, ruleGroups: [processRules(settings)] },
  }),
  row: processRow,
};

/** Threads of the kernel have no command line, and are left out by that. */
function processConfig() {
  return { process_names: [{ name: "{{.Comm}}", cmdline: [".+"] }] };
}

function processRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: TOOL,
    evaluator: "prometheus",
    alerts: [zombies(settings)],
  });
}

function zombies({ alerts }: Settings): AlertOptions {
  const { above: limit, for: forMs } = alerts.ZombieProcesses;
  const states = `namedprocess_namegroup_states{${JOB},state="Zombie"}`;
  return {
    name: "ZombieProcesses",
    expr: `sum by (${BY_SERVICE}, groupname) (${states}) > ${limit}`,
    forMs,
    severity: "warning",
    summary:
      "{{ $labels.host }} host: {{ $value }} dead processes of {{ $labels.groupname }} are not cleared away",
    description:
      `{{ $value }} processes of {{ $labels.groupname }} on the {{ $labels.host }} host have ended, and their parent does ` +
      `not take notice (limit ${limit} for ${prometheusDuration(forMs)}). At the limit of processes nothing can be started any more.`,
    dashboard: "resources",
  };
}

function processRow({ alerts }: Settings): Row {
  const of = (name: string, more = "") =>
    `namedprocess_namegroup_${name}{env=~"$env",host=~"$host",${JOB}${more}}`;
  const busiest = (expr: string) => `topk by (env, host) (10, ${expr})`;
  return {
    title: "Programs of the hosts",
    panels: [
      timeSeries({
        title: "CPUs used by each program",
        unit: "short",
        width: 8,
        queries: [
          metric(
            busiest(
              `sum by (env, host, groupname) (rate(${of("cpu_seconds_total")}[$__rate_interval]))`,
            ),
            "{{host}} {{groupname}}",
          ),
        ],
        description: "The ten busiest of each host.",
      }),
      timeSeries({
        title: "Memory used by each program",
        unit: "bytes",
        width: 8,
        queries: [
          metric(busiest(of("memory_bytes", ',memtype="resident"')), "{{host}} {{groupname}}"),
        ],
        description:
          "The ten largest of each host. Memory that programs share is counted for each.",
      }),
      timeSeries({
        title: "Dead processes that nobody clears away",
        unit: "short",
        width: 8,
        queries: [metric(of("states", ',state="Zombie"'), "{{host}} {{groupname}}")],
        limits: above(alerts.ZombieProcesses.above),
      }),
    ],
  };
}
