import { type Row } from "../../dashboards/dashboard";
import { above } from "../../dashboards/limits";
import { timeSeries } from "../../dashboards/panels";
import { metric } from "../../dashboards/query";
import { exporterContainer, networksToSite, programHealth } from "../../exporters/container";
import type { ContainerExporter } from "../../exporters/exporter";
import { serverDown } from "../../exporters/server-down";
import { type AlertOptions, type RuleGroup, ruleGroup } from "../../rules/rule";
import { BY_SERVICE, scrapeWindow } from "../../rules/window";
import { secretFileName, secretPath } from "../../secrets";
import { flag, group } from "../../settings/fields";
import { serverAddress } from "../../settings/formats";
import type { Settings } from "../../settings/settings";
import { percentage, prometheusDuration } from "../../units";

interface Options {
  /** `host:port`, as containers of the site reach it. */
  readonly address: string;
  /** Whether Redis asks for a password: the secret `redisPassword`. */
  readonly password: boolean;
}

const TOOL = "redis-exporter";
const JOB = `job="${TOOL}"`;
const PROGRAM = "/redis_exporter";

/** Memory, clients and commands of Redis. */
export const redisExporter: ContainerExporter<Options> = {
  tool: TOOL,
  settings: group({ address: serverAddress("redis:6379"), password: flag().prefault(false) }),
  spec: (settings, host, { address, password }) => ({
    ...exporterContainer(settings, host, { tool: TOOL, port: 9121 }),
    kind: "RedisExporter",
    image: "oliver006/redis_exporter:v1.74.0",
    user: "59000:59000",
    args: [
      // Without redis:// in front: with it, it says "unknown network" whatever the reason is.
      `-redis.addr=${address}`,
      ...(password ? [`-redis.password-file=${secretPath("redisPassword")}`] : []),
    ],
    networks: networksToSite(settings, host),
    health: programHealth(PROGRAM, "-version"),
    ...(password ? passwordFile(address) : {}),
    monitoring: { scrape: {}, ruleGroups: [redisRules(settings)] },
  }),
  row: redisRow,
};

/** The exporter's file maps servers to their passwords. */
function passwordFile(address: string) {
  const file = secretFileName("redisPassword");
  return {
    secretFiles: [file],
    secretTexts: {
      [file]: (password: string) => JSON.stringify({ [`redis://${address}`]: password }),
    },
    secretsReloadPath: "/-/reload",
  };
}

function redisRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: TOOL,
    evaluator: "prometheus",
    alerts: [
      serverDown(settings, { name: "RedisDown", up: `redis_up{${JOB}}`, server: "Redis" }),
      memoryNearLimit(settings),
      connectionsRefused(settings),
    ],
  });
}

function usedMemory(series = JOB): string {
  return `redis_memory_used_bytes{${series}} / (redis_memory_max_bytes{${series}} > 0)`;
}

/** Without a limit the limit reads 0. */
function memoryNearLimit({ alerts }: Settings): AlertOptions {
  const { above: limit, for: forMs } = alerts.RedisMemoryNearLimit;
  return {
    name: "RedisMemoryNearLimit",
    expr: `${usedMemory()} > ${limit}`,
    forMs,
    severity: "warning",
    summary: "Redis on {{ $labels.host }} uses {{ $value | humanizePercentage }} of its memory",
    description:
      `Redis on the {{ $labels.host }} host uses {{ $value | humanizePercentage }} of its maxmemory (limit ` +
      `${percentage(limit)} for ${prometheusDuration(forMs)}). When it is full, it throws keys away or refuses writes.`,
    dashboard: "resources",
  };
}

function connectionsRefused(settings: Settings): AlertOptions {
  const { over } = settings.alerts.RedisConnectionsRefused;
  const rejected = `redis_rejected_connections_total{${JOB}}${scrapeWindow(settings, over)}`;
  return {
    name: "RedisConnectionsRefused",
    expr: `sum by (${BY_SERVICE}) (increase(${rejected})) > 0`,
    severity: "critical",
    summary: "Redis on {{ $labels.host }} refuses connections",
    description:
      `Redis refused {{ printf "%.0f" $value }} connections in ${prometheusDuration(over)} (limit 0): as many ` +
      "clients are connected as maxclients allows. The application gets errors.",
    dashboard: "resources",
  };
}

function redisRow({ alerts }: Settings): Row {
  const series = `env=~"$env",host=~"$host",${JOB}`;
  return {
    title: "Redis",
    panels: [
      timeSeries({
        title: "Memory of Redis, of its limit",
        unit: "percentunit",
        width: 8,
        queries: [metric(usedMemory(series), "{{host}}")],
        limits: above(alerts.RedisMemoryNearLimit.above),
        emptyText: "Redis has no maxmemory",
      }),
      timeSeries({
        title: "Commands of Redis",
        unit: "reqps",
        width: 8,
        queries: [
          metric(`rate(redis_commands_processed_total{${series}}[$__rate_interval])`, "{{host}}"),
        ],
      }),
      timeSeries({
        title: "Clients of Redis",
        unit: "short",
        width: 8,
        queries: [
          metric(`redis_connected_clients{${series}}`, "{{host}} connected"),
          metric(`redis_blocked_clients{${series}}`, "{{host}} blocked"),
        ],
      }),
    ],
  };
}
