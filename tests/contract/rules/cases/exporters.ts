import type { AlertName } from "../../../../configs/thresholds/thresholds";
import {
  casesOf,
  fires,
  noData,
  quiet,
  resolves,
  type RuleCase,
  type Series,
} from "../../../support/rule-case";
import { scraped } from "../../../support/rule-series";
import { countedWithin, hold, minutes, zeroFor } from "./shapes";

/** The stack whose app host has all exporters. */
const on = "exporters";

/** The series of an exporter on the app host. */
function of(tool: string): ReturnType<typeof scraped> {
  return scraped(tool, { host: "app", service: `app-${tool}` });
}

const mysql = of("mysqld-exporter");
const postgres = of("postgres-exporter");
const nginx = of("nginx-exporter");
const redis = of("redis-exporter");
const processes = of("process-exporter");
const docker = of("docker-daemon");
const jenkins = of("jenkins");
const rabbitmq = of("rabbitmq");

/** Connections to one database. */
function backends(datname: string): string {
  return postgres("pg_stat_database_numbackends", { datid: `5${datname.length}`, datname });
}

const maxConnections = postgres("pg_settings_max_connections", { server: "postgres:5432" });

const downCases: readonly RuleCase[] = (
  [
    ["MysqlDown", mysql("mysql_up")],
    ["PostgresDown", postgres("pg_up")],
    ["RedisDown", redis("redis_up")],
  ] as const satisfies readonly (readonly [AlertName, string])[]
).flatMap(([alert, series]) => zeroFor(alert, { series, holdMinutes: 1, on }));

/** Servers that may be silent for longer, in minutes: something else tells it before. */
const silentCases: readonly RuleCase[] = (
  [
    ["DockerDown", docker("up"), 3],
    ["JenkinsDown", jenkins("up"), 5],
    ["NginxDown", nginx("nginx_up"), 3],
    ["RabbitmqDown", rabbitmq("up"), 3],
  ] as const satisfies readonly (readonly [AlertName, string, number])[]
).flatMap(([alert, series, holdMinutes]) => zeroFor(alert, { series, holdMinutes, on }));

/** A value compared with a limit that may not be there: 95 % fires, 85 % does not. */
function fullness(alert: AlertName, used: string, limit: string): readonly RuleCase[] {
  const series = (values: string, limits = hold(100, 10)): Series => ({
    [used]: values,
    [limit]: limits,
  });
  return casesOf(
    alert,
    [
      fires({ name: "95 %", series: series(hold(95, 10)), at: minutes(5, 1) }),
      quiet({ name: "85 %", series: series(hold(85, 10)), at: "9m" }),
      quiet({ name: "95 % for a moment less", series: series(hold(95, 10)), at: minutes(5, -1) }),
      quiet({ name: "P15: without a limit", series: series(hold(95, 10), hold(0, 10)), at: "9m" }),
      noData({ at: "9m" }),
      resolves({
        name: "half of it freed",
        series: series(`${hold(95, 6)} ${hold(50, 3)}`),
        firesAt: minutes(5, 1),
        overAt: minutes(6, 2),
      }),
    ],
    { on },
  );
}

function connections(handled: string): Series {
  return {
    [nginx("nginx_connections_accepted")]: "0+10x80",
    [nginx("nginx_connections_handled")]: handled,
  };
}

const droppedCases = casesOf(
  "NginxConnectionsDropped",
  [
    fires({ name: "one in ten", series: connections("0+9x80"), at: "5m" }),
    quiet({ name: "all are handled", series: connections("0+10x80"), at: "5m" }),
    noData({ at: "5m" }),
    resolves({
      name: "all that came since are handled",
      series: connections("0+9x20 190+10x60"),
      firesAt: "5m",
      overAt: "11m",
    }),
  ],
  { on },
);

function states(count: string, state = "Zombie"): Series {
  return {
    [processes("namedprocess_namegroup_states", { groupname: "worker", state })]: count,
  };
}

const zombieCases = casesOf(
  "ZombieProcesses",
  [
    fires({ name: "25", series: states(hold(25, 20)), at: minutes(15, 1) }),
    quiet({ name: "15", series: states(hold(15, 20)), at: "19m" }),
    quiet({ name: "25 for a moment less", series: states(hold(25, 20)), at: minutes(15, -1) }),
    quiet({ name: "25 that sleep", series: states(hold(25, 20), "Sleeping"), at: "19m" }),
    noData({ at: "19m" }),
    resolves({
      name: "their parent was restarted",
      series: states(`${hold(25, 16)} ${hold(0, 3)}`),
      firesAt: minutes(15, 1),
      overAt: minutes(16, 2),
    }),
  ],
  { on },
);

/** A share of what is allowed, which there always is: 85 % fires, 75 % does not. */
function taken(alert: AlertName, used: string, allowed: string): readonly RuleCase[] {
  const series = (values: string): Series => ({ [used]: values, [allowed]: hold(100, 10) });
  return casesOf(
    alert,
    [
      fires({ name: "85 %", series: series(hold(85, 10)), at: minutes(5, 1) }),
      quiet({ name: "75 %", series: series(hold(75, 10)), at: "9m" }),
      quiet({ name: "85 % for a moment less", series: series(hold(85, 10)), at: minutes(5, -1) }),
      noData({ at: "9m" }),
      resolves({
        name: "most of them closed",
        series: series(`${hold(85, 6)} ${hold(10, 3)}`),
        firesAt: minutes(5, 1),
        overAt: minutes(6, 2),
      }),
    ],
    { on },
  );
}

/** A value that must not be above a limit for some minutes; the more telling, the nearer to it. */
function tooMany(
  alert: AlertName,
  of: { readonly series: string; readonly limit: number; readonly holdMinutes: number },
): readonly RuleCase[] {
  const { series, limit, holdMinutes } = of;
  const [high, low, end] = [limit * 1.2, limit * 0.8, holdMinutes + 4];
  return casesOf(
    alert,
    [
      fires({
        name: `${high}`,
        series: { [series]: hold(high, end) },
        at: minutes(holdMinutes, 1),
      }),
      quiet({ name: `${low}`, series: { [series]: hold(low, end) }, at: minutes(holdMinutes, 1) }),
      quiet({
        name: `${high} for a moment less`,
        series: { [series]: hold(high, end) },
        at: minutes(holdMinutes, -1),
      }),
      noData({ at: minutes(holdMinutes, 1) }),
      resolves({
        name: `${high}, then none`,
        series: { [series]: `${hold(high, holdMinutes + 1)} ${hold(0, 3)}` },
        firesAt: minutes(holdMinutes, 1),
        overAt: minutes(holdMinutes + 1, 2),
      }),
    ],
    { on },
  );
}

/** RabbitMQ's alarms: 1 is one, and either blocks. */
const blockedCases: readonly RuleCase[] = [
  "rabbitmq_alarms_memory_used_watermark",
  "rabbitmq_alarms_free_disk_space_watermark",
].flatMap((metric) => {
  const alarm = (values: string): Series => ({ [rabbitmq(metric)]: values });
  return casesOf(
    "RabbitmqPublishersBlocked",
    [
      fires({ name: metric, series: alarm(hold(1, 3)), at: minutes(1, 1) }),
      quiet({ name: `no ${metric}`, series: alarm(hold(0, 3)), at: minutes(1, 1) }),
      quiet({ name: `${metric} for less`, series: alarm(hold(1, 3)), at: minutes(1, -1) }),
      noData({ at: minutes(1, 1) }),
      resolves({
        name: `${metric}, then none`,
        series: alarm(`${hold(1, 2)} ${hold(0, 2)}`),
        firesAt: minutes(1, 1),
        overAt: minutes(2, 2),
      }),
    ],
    { on },
  );
});

function checksFailed(values: string): Series {
  return { [docker("engine_daemon_health_checks_failed_total")]: values };
}

const healthCases = casesOf(
  "DockerHealthChecksNotRun",
  [
    fires({ name: "one a minute", series: checksFailed("0+0.25x80"), at: "11m" }),
    quiet({ name: "one in four minutes", series: checksFailed("0+0.0625x80"), at: "11m" }),
    quiet({ name: "many, but of long ago", series: checksFailed(hold(4_000, 20)), at: "11m" }),
    noData({ at: "11m" }),
    resolves({
      name: "one a minute, then none",
      series: checksFailed("0+0.25x44 11x80"),
      firesAt: "11m",
      overAt: "17m",
    }),
  ],
  { on },
);

const nodeOffline = zeroFor("JenkinsNodeOffline", {
  series: jenkins("default_jenkins_nodes_online", { node: "builder-1" }),
  holdMinutes: 10,
  on,
});

/** Connections of two databases are connections of one server. */
const twoDatabases: readonly RuleCase[] = casesOf(
  "PostgresConnectionsNearLimit",
  [
    fires({
      name: "45 % and 45 %",
      series: {
        [backends("shop")]: hold(45, 10),
        [backends("wiki")]: hold(45, 10),
        [maxConnections]: hold(100, 10),
      },
      at: minutes(5, 1),
    }),
  ],
  { on },
);

export const exporterCases: readonly RuleCase[] = [
  ...downCases,
  ...silentCases,
  ...blockedCases,
  ...healthCases,
  ...nodeOffline,
  ...tooMany("RabbitmqBacklog", {
    series: rabbitmq("rabbitmq_queue_messages_ready"),
    limit: 1_000,
    holdMinutes: 10,
  }),
  ...tooMany("JenkinsQueueLong", {
    series: jenkins("default_jenkins_executors_queue_length", { label: "linux" }),
    limit: 10,
    holdMinutes: 15,
  }),
  ...droppedCases,
  ...taken(
    "MysqlConnectionsNearLimit",
    mysql("mysql_global_status_threads_connected"),
    mysql("mysql_global_variables_max_connections"),
  ),
  ...taken("PostgresConnectionsNearLimit", backends("shop"), maxConnections),
  ...twoDatabases,
  ...fullness(
    "RedisMemoryNearLimit",
    redis("redis_memory_used_bytes"),
    redis("redis_memory_max_bytes"),
  ),
  ...countedWithin("RedisConnectionsRefused", {
    series: redis("redis_rejected_connections_total"),
    overMinutes: 5,
    holdMinutes: 0,
    on,
  }),
  ...zombieCases,
];
