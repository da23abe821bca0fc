import { AGENT_METRICS } from "../rules/agents";
import type { Settings } from "../settings/settings";
import { seconds } from "../units";
import type { Row } from "./dashboard";
import { above } from "./limits";
import { timeSeries } from "./panels";
import { metric } from "./query";

const LOKI = 'env=~"$env",job="loki"';

/** Loki: what comes in, what it refuses, how fast it answers. */
export function logStoreRow(settings: Settings): Row {
  return { title: "Loki", panels: [...traffic(settings), ...storage(settings)] };
}

function traffic({ alerts }: Settings) {
  const count = (matchers: string) =>
    `sum by (route) (rate(loki_request_duration_seconds_count{${matchers}}[$__rate_interval]))`;
  const all = count(LOKI);
  const good = count(`${LOKI},status_code!~"5.."`);
  return [
    timeSeries({
      title: "Lines a second",
      unit: "short",
      width: 6,
      queries: [rate("loki_distributor_lines_received_total", "lines")],
    }),
    timeSeries({
      title: "Streams in memory",
      unit: "short",
      width: 6,
      queries: [metric(`sum(loki_ingester_memory_streams{${LOKI}})`, "streams")],
      description:
        "Each set of labels is a stream. A number that grows and grows is a label too many.",
    }),
    timeSeries({
      title: "Share of requests that fail",
      unit: "percentunit",
      width: 6,
      queries: [
        // A route that never answered well has no such series: that is 0 good ones, not unknown.
        metric(`1 - (${good} or 0 * ${all}) / ${all}`, "{{route}}"),
      ],
      limits: above(alerts.LokiRequestErrors.above),
    }),
    timeSeries({
      title: "Time that requests take (P95)",
      unit: "s",
      width: 6,
      queries: [
        metric(
          `histogram_quantile(0.95, sum by (le, route) (rate(loki_request_duration_seconds_bucket{${LOKI}}[$__rate_interval])))`,
          "{{route}}",
        ),
      ],
    }),
  ];
}

function storage({ alerts }: Settings) {
  return [
    timeSeries({
      title: "Chunks waiting to be written, and failures",
      unit: "short",
      queries: [
        metric(`sum(loki_ingester_flush_queue_length{${LOKI}})`, "waiting"),
        metric(
          `sum(increase(loki_ingester_chunks_flush_failures_total{${LOKI}}[$__rate_interval]))`,
          "failures",
        ),
      ],
    }),
    timeSeries({
      title: "Since old logs were last deleted",
      unit: "s",
      queries: [
        metric(
          `time() - max(loki_compactor_apply_retention_last_successful_run_timestamp_seconds{${LOKI}} > 0)`,
          "ago",
        ),
      ],
      limits: above(seconds(alerts.LokiCompactorStalled.over)),
    }),
  ];
}

function rate(counter: string, legend: string) {
  return metric(`sum(rate(${counter}{${LOKI}}[$__rate_interval]))`, legend);
}

/** Agents: what they read, sent and lost. */
export function pipelineRow({ alerts, logs }: Settings): Row {
  const { sent, dropped, fileBytes, readBytes } = AGENT_METRICS[logs.agent];
  const agent = `env=~"$env",host=~"$host",job="${logs.agent}"`;
  const perSecond = (counter: string, by: string) =>
    `sum by (${by}) (rate(${counter}{${agent}}[$__rate_interval]))`;
  return {
    title: "Log agents",
    panels: [
      timeSeries({
        title: "Lines sent a second",
        unit: "short",
        width: 8,
        queries: [metric(perSecond(sent, "env, host, service"), "{{service}} on {{host}}")],
      }),
      timeSeries({
        title: "Lines dropped a second",
        unit: "short",
        width: 8,
        queries: [
          metric(perSecond(dropped, "env, host, service, reason"), "{{service}}: {{reason}}"),
        ],
      }),
      timeSeries({
        title: "Written but not yet read",
        unit: "bytes",
        width: 8,
        queries: [
          metric(
            `sum by (env, host, path) (${fileBytes}{${agent}} - ${readBytes}{${agent}})`,
            "{{path}}",
          ),
        ],
        limits: above(alerts.LogAgentLag.above),
      }),
    ],
  };
}
