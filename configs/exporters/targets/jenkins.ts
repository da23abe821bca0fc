import type { Row } from "../../dashboards/dashboard";
import { above } from "../../dashboards/limits";
import { timeSeries } from "../../dashboards/panels";
import { metric } from "../../dashboards/query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "../../rules/rule";
import { BY_SERVICE } from "../../rules/window";
import { group, pattern } from "../../settings/fields";
import type { Settings } from "../../settings/settings";
import { prometheusDuration } from "../../units";
import type { OwnMetrics, Target } from "../exporter";
import { targetDown } from "../server-down";

interface Options {
  /** The page of its plugin "Prometheus metrics", as Prometheus reaches it. */
  readonly url: string;
}

const TOOL = "jenkins";
const JOB = `job="${TOOL}"`;

/** Queue, executors and agents of Jenkins, from its plugin. Names as in the plugin's documentation. */
export const jenkinsMetrics: OwnMetrics<Options> = {
  tool: TOOL,
  settings: group({
    url: pattern(
      /^https?:\/\/[^\s/?#@]+\/[^\s?#]*$/,
      "must be an absolute http(s) URL with a path, without credentials and query",
      "http://jenkins:8080/prometheus/",
    ),
  }),
  target: targetOf,
  rules: jenkinsRules,
  downAlert: "JenkinsDown",
  row: jenkinsRow,
};

function targetOf({ url }: Options): Target {
  const { protocol, hostname, port, pathname } = new URL(url);
  const isSecure = protocol === "https:";
  return {
    address: `${hostname}:${port || (isSecure ? "443" : "80")}`,
    metricsPath: pathname,
    ...(isSecure ? { scheme: "https" } : {}),
  };
}

function jenkinsRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: TOOL,
    evaluator: "prometheus",
    alerts: [
      // Visitors do not notice, and an update of Jenkins takes minutes.
      targetDown(settings, {
        name: "JenkinsDown",
        job: TOOL,
        server: "Jenkins",
        severity: "warning",
      }),
      nodeOffline(settings),
      queueLong(settings),
    ],
  });
}

function nodeOffline({ alerts }: Settings): AlertOptions {
  const { for: forMs } = alerts.JenkinsNodeOffline;
  return {
    name: "JenkinsNodeOffline",
    expr: `min by (${BY_SERVICE}, node) (default_jenkins_nodes_online{${JOB}}) == 0`,
    forMs,
    severity: "warning",
    summary: "Jenkins on {{ $labels.host }}: its node {{ $labels.node }} is offline",
    description:
      `Jenkins on the {{ $labels.host }} host has not reached its node {{ $labels.node }} for ` +
      `${prometheusDuration(forMs)}. Builds that need it wait.`,
    dashboard: "resources",
  };
}

function queueLong({ alerts }: Settings): AlertOptions {
  const { above: limit, for: forMs } = alerts.JenkinsQueueLong;
  return {
    name: "JenkinsQueueLong",
    expr: `${queue(JOB)} > ${limit}`,
    forMs,
    severity: "warning",
    summary: "Jenkins on {{ $labels.host }}: {{ $value }} builds wait",
    description:
      `{{ $value }} builds of Jenkins on the {{ $labels.host }} host could run, and wait for a free executor (limit ` +
      `${limit} for ${prometheusDuration(forMs)}).`,
    dashboard: "resources",
  };
}

/** Each label of a node has a queue, and a build may stand in several: the longest is no overstatement. */
function queue(matchers: string): string {
  return `max by (${BY_SERVICE}) (default_jenkins_executors_queue_length{${matchers}})`;
}

function jenkinsRow({ alerts }: Settings): Row {
  const series = `env=~"$env",host=~"$host",${JOB}`;
  const executors = (state: string) =>
    `sum by (env, host) (default_jenkins_executors_${state}{${series}})`;
  return {
    title: "Jenkins",
    panels: [
      timeSeries({
        title: "Builds that wait for an executor",
        unit: "short",
        width: 8,
        queries: [metric(queue(series), "{{host}}")],
        limits: above(alerts.JenkinsQueueLong.above),
      }),
      timeSeries({
        title: "Executors of Jenkins",
        unit: "short",
        width: 8,
        queries: ["busy", "idle"].map((state) => metric(executors(state), `{{host}} ${state}`)),
        description: "One that serves several labels is counted for each.",
      }),
      timeSeries({
        title: "Nodes of Jenkins that are there",
        unit: "short",
        width: 8,
        queries: [metric(`default_jenkins_nodes_online{${series}}`, "{{host}} {{node}}")],
        description: "0 is offline. Jenkins' own node is not in it.",
        emptyText: "Jenkins builds on its own host alone",
      }),
    ],
  };
}
