import { containerName } from "../docker-spec";
import { pushesMetrics } from "../metrics-route";
import { machineOwner, type PlacedSpec } from "../placement";
import { toolOf } from "../service-spec";
import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { scrapeWindow } from "./window";

/** The one container whose absence it cannot report itself; TargetDown does. */
const CADVISOR = "cadvisor";

/** One alert for every container that is deployed, and for no other. */
export function containerDownRules(settings: Settings, placed: readonly PlacedSpec[]): RuleGroup {
  return ruleGroup(settings, {
    name: "container-down",
    evaluator: "prometheus",
    alerts: placed
      .filter(({ spec }) => toolOf(spec) !== CADVISOR)
      // Nor can an agent that pushes for all of its host; NodeDown does.
      .filter(({ host, spec }) => !(pushesMetrics(settings, host) && toolOf(spec) === "alloy"))
      .map((entry) => containerDown(settings, entry)),
  });
}

/**
 * Absent, while cAdvisor answers: a container that is gone has no series of its own that could say
 * so. cAdvisor's time stamps are tracked, so that it is absent at once and not after five minutes.
 */
function containerDown(settings: Settings, { host, spec }: PlacedSpec): AlertOptions {
  const { for: forMs } = settings.alerts.ContainerDown;
  const container = containerName(settings, spec.name);
  // Where one machine has two hosts, the only cAdvisor is that of its owner.
  const cadvisor = `job="${CADVISOR}",host="${machineOwner(settings, host)}"`;
  // What was pushed last stands for five minutes, and not all of it ends at the same moment.
  const up = pushesMetrics(settings, host)
    ? `last_over_time(up{${cadvisor}}${scrapeWindow(settings, 0)})`
    : `up{${cadvisor}}`;
  return {
    name: "ContainerDown",
    expr: `absent(container_last_seen{${cadvisor},name="${container}"}) ` + `and on () ${up} == 1`,
    forMs,
    severity: "critical",
    summary: `${container} does not run on the ${host} host`,
    description:
      `The container ${container} has not been running for ${prometheusDuration(forMs)}. ` +
      `It belongs to what was deployed on the ${host} host; whatever it does is not being done.`,
    dashboard: "resources",
    labels: { env: settings.environment, host, service: spec.name, container },
  };
}
