import type { Row } from "../../dashboards/dashboard";
import { timeSeries } from "../../dashboards/panels";
import { metric } from "../../dashboards/query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "../../rules/rule";
import { BY_SERVICE, scrapeWindow } from "../../rules/window";
import { group } from "../../settings/fields";
import { serverAddress } from "../../settings/formats";
import type { Settings } from "../../settings/settings";
import { prometheusDuration } from "../../units";
import type { OwnMetrics } from "../exporter";
import { targetDown } from "../server-down";

interface Options {
  /** `metrics-addr` of the daemon, as Prometheus reaches it. */
  readonly address: string;
}

const TOOL = "docker-daemon";
const JOB = `job="${TOOL}"`;

/** The Docker daemon about itself: containers by state, how long its work takes, health checks. */
export const dockerMetrics: OwnMetrics<Options> = {
  tool: TOOL,
  settings: group({ address: serverAddress("10.0.0.3:9323") }),
  target: ({ address }) => ({ address }),
  rules: dockerRules,
  downAlert: "DockerDown",
  row: dockerRow,
};

function dockerRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: TOOL,
    evaluator: "prometheus",
    alerts: [
      targetDown(settings, { name: "DockerDown", job: TOOL, server: "Docker" }),
      healthChecksNotRun(settings),
    ],
  });
}

/** The daemon counts as failed what it could not start at all; one that says "unhealthy" was run. */
function healthChecksNotRun(settings: Settings): AlertOptions {
  const { above, over } = settings.alerts.DockerHealthChecksNotRun;
  const failed = `engine_daemon_health_checks_failed_total{${JOB}}${scrapeWindow(settings, over)}`;
  return {
    name: "DockerHealthChecksNotRun",
    expr: `sum by (${BY_SERVICE}) (increase(${failed})) > ${above}`,
    severity: "warning",
    summary: "{{ $labels.host }} host: Docker cannot run health checks",
    description:
      `Docker on the {{ $labels.host }} host could not run {{ printf "%.0f" $value }} health checks of containers in ` +
      `${prometheusDuration(over)} (limit ${above}). Whether these containers work is not known.`,
    dashboard: "resources",
  };
}

function dockerRow(): Row {
  const of = (name: string, more = "") =>
    `engine_daemon_${name}{env=~"$env",host=~"$host",${JOB}${more}}`;
  const rate = (name: string) => `rate(${of(name)}[$__rate_interval])`;
  return {
    title: "Docker",
    panels: [
      timeSeries({
        title: "Containers by state",
        unit: "short",
        width: 8,
        queries: [metric(of("container_states_containers"), "{{host}} {{state}}")],
      }),
      timeSeries({
        title: "Time that Docker takes",
        unit: "s",
        width: 8,
        queries: [
          metric(
            `${rate("container_actions_seconds_sum")} / ${rate("container_actions_seconds_count")}`,
            "{{host}} {{action}}",
          ),
        ],
        description: "To start, make or remove one container, on average.",
        emptyText: "Docker had nothing to do",
      }),
      timeSeries({
        title: "Health checks of containers",
        unit: "reqps",
        width: 8,
        queries: [
          metric(rate("health_checks_total"), "{{host}} all"),
          metric(rate("health_checks_failed_total"), "{{host}} could not be run"),
        ],
      }),
    ],
  };
}
