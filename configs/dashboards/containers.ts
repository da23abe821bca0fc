import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import type { Row } from "./dashboard";
import { above } from "./limits";
import { timeSeries } from "./panels";
import { metric } from "./query";

/** Series of the chosen containers. Those without a name are groups of the host itself. */
const CONTAINER = 'env=~"$env",host=~"$host",name!="",name=~"$container"';

/** Containers of each host, ours and, where they share the host, the site's. */
export function containersRow(settings: Settings): Row {
  return { title: "Containers", panels: [...usage(settings), ...lives(settings)] };
}

function usage({ alerts }: Settings) {
  return [
    timeSeries({
      title: "CPUs in use",
      unit: "short",
      width: 8,
      queries: [metric(rate("container_cpu_usage_seconds_total"), "{{name}}")],
    }),
    timeSeries({
      title: "Memory in use",
      unit: "bytes",
      width: 8,
      queries: [metric(`container_memory_working_set_bytes{${CONTAINER}}`, "{{name}}")],
    }),
    timeSeries({
      title: "Memory in use, of the limit",
      unit: "percentunit",
      width: 8,
      queries: [
        metric(
          `container_memory_working_set_bytes{${CONTAINER}} / (container_spec_memory_limit_bytes{${CONTAINER}} > 0)`,
          "{{name}}",
        ),
      ],
      description: "Containers without a limit are not here.",
      limits: above(alerts.ContainerMemoryNearLimit.above),
    }),
    timeSeries({
      title: "Network",
      unit: "Bps",
      width: 8,
      queries: [
        metric(rate("container_network_receive_bytes_total"), "{{name}} in"),
        metric(rate("container_network_transmit_bytes_total"), "{{name}} out"),
      ],
    }),
  ];
}

/** Whether containers begin anew, and why. */
function lives({ alerts }: Settings) {
  const { over, above: starts } = alerts.ContainerCrashLoop;
  const window = prometheusDuration(over);
  return [
    timeSeries({
      title: `Starts in ${window}`,
      unit: "short",
      width: 8,
      queries: [
        metric(
          `sum by (env, host, name) (changes(container_start_time_seconds{${CONTAINER}}[${window}]))`,
          "{{name}}",
        ),
      ],
      limits: above(starts),
    }),
    timeSeries({
      title: "Killed for want of memory",
      unit: "short",
      width: 8,
      queries: [
        metric(
          `sum by (env, host, name) (increase(container_oom_events_total{${CONTAINER}}[$__rate_interval]))`,
          "{{name}}",
        ),
      ],
    }),
  ];
}

function rate(counter: string): string {
  return `sum by (env, host, name) (rate(${counter}{${CONTAINER}}[$__rate_interval]))`;
}
