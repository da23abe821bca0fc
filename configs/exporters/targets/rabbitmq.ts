import type { Row } from "../../dashboards/dashboard";
import { above } from "../../dashboards/limits";
import { timeSeries } from "../../dashboards/panels";
import { metric } from "../../dashboards/query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "../../rules/rule";
import { group } from "../../settings/fields";
import { serverAddress } from "../../settings/formats";
import type { Settings } from "../../settings/settings";
import { prometheusDuration } from "../../units";
import type { OwnMetrics } from "../exporter";
import { targetDown } from "../server-down";

interface Options {
  /** Port 15692 of its plugin `rabbitmq_prometheus`, as Prometheus reaches it. */
  readonly address: string;
}

const TOOL = "rabbitmq";
const JOB = `job="${TOOL}"`;

/** Queues, messages and alarms of RabbitMQ, from its own plugin. */
export const rabbitmqMetrics: OwnMetrics<Options> = {
  tool: TOOL,
  settings: group({ address: serverAddress("rabbitmq:15692") }),
  target: ({ address }) => ({ address }),
  rules: rabbitmqRules,
  downAlert: "RabbitmqDown",
  row: rabbitmqRow,
};

function rabbitmqRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: TOOL,
    evaluator: "prometheus",
    alerts: [
      targetDown(settings, { name: "RabbitmqDown", job: TOOL, server: "RabbitMQ" }),
      publishersBlocked(settings),
      backlog(settings),
    ],
  });
}

function publishersBlocked({ alerts }: Settings): AlertOptions {
  const { for: forMs } = alerts.RabbitmqPublishersBlocked;
  const alarms = ["memory_used_watermark", "free_disk_space_watermark"].map(
    (alarm) => `rabbitmq_alarms_${alarm}{${JOB}} == 1`,
  );
  return {
    name: "RabbitmqPublishersBlocked",
    expr: alarms.join(" or "),
    forMs,
    severity: "critical",
    summary: "RabbitMQ on {{ $labels.host }} takes no messages",
    description:
      `RabbitMQ on the {{ $labels.host }} host has been out of memory or disk for ${prometheusDuration(forMs)}, ` +
      "by its own limits. Whoever publishes waits without an answer.",
    dashboard: "resources",
  };
}

function backlog({ alerts }: Settings): AlertOptions {
  const { above: limit, for: forMs } = alerts.RabbitmqBacklog;
  return {
    name: "RabbitmqBacklog",
    expr: `rabbitmq_queue_messages_ready{${JOB}} > ${limit}`,
    forMs,
    severity: "warning",
    summary: "RabbitMQ on {{ $labels.host }}: {{ $value }} messages wait",
    description:
      `{{ $value }} messages in all queues of RabbitMQ on the {{ $labels.host }} host wait to be fetched (limit ` +
      `${limit} for ${prometheusDuration(forMs)}): there are too few consumers, or they are too slow.`,
    dashboard: "resources",
  };
}

function rabbitmqRow({ alerts }: Settings): Row {
  const of = (name: string) => `rabbitmq_${name}{env=~"$env",host=~"$host",${JOB}}`;
  const rate = (name: string) =>
    `sum by (env, host) (rate(${of(`global_messages_${name}_total`)}[$__rate_interval]))`;
  return {
    title: "RabbitMQ",
    panels: [
      timeSeries({
        title: "Messages in queues",
        unit: "short",
        width: 8,
        queries: [
          metric(of("queue_messages_ready"), "{{host}} waiting"),
          metric(of("queue_messages_unacked"), "{{host}} being worked on"),
        ],
        limits: above(alerts.RabbitmqBacklog.above),
      }),
      timeSeries({
        title: "Messages of RabbitMQ",
        unit: "reqps",
        width: 8,
        queries: [
          metric(rate("received"), "{{host}} in"),
          metric(rate("delivered"), "{{host}} out"),
        ],
      }),
      timeSeries({
        title: "Who is connected to RabbitMQ",
        unit: "short",
        width: 8,
        queries: [
          metric(of("connections"), "{{host}} connections"),
          metric(of("consumers"), "{{host}} consumers"),
        ],
      }),
    ],
  };
}
