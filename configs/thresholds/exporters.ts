import { count, hold, parameters, share, time } from "./parameters";

/** What the exporters of the site's servers tell. */
export const exporterThresholds = {
  // Longer than two checks of the site take: WebsiteDown then tells it, and this is muted.
  NginxDown: parameters({ for: hold("3m") }),
  NginxConnectionsDropped: parameters({ over: time("5m") }),
  RedisDown: parameters({ for: hold("1m") }),
  RedisMemoryNearLimit: parameters({ above: share("90%"), for: hold("5m") }),
  RedisConnectionsRefused: parameters({ over: time("5m") }),
  PostgresDown: parameters({ for: hold("1m") }),
  PostgresConnectionsNearLimit: parameters({ above: share("80%"), for: hold("5m") }),
  MysqlDown: parameters({ for: hold("1m") }),
  MysqlConnectionsNearLimit: parameters({ above: share("80%"), for: hold("5m") }),
  MongodbDown: parameters({ for: hold("1m") }),
  MongodbConnectionsNearLimit: parameters({ above: share("80%"), for: hold("5m") }),
  // An idle primary writes a mark every ten seconds: less than that is no lag.
  MongodbReplicationLag: parameters({ above: time("1m"), for: hold("5m") }),
  MongodbMemberDown: parameters({ for: hold("5m") }),
  // Longer than NodeDown: of a host that is down nothing answers, and that is told once.
  RabbitmqDown: parameters({ for: hold("3m") }),
  RabbitmqPublishersBlocked: parameters({ for: hold("1m") }),
  RabbitmqBacklog: parameters({ above: count(1_000), for: hold("10m") }),
  JenkinsDown: parameters({ for: hold("5m") }),
  JenkinsNodeOffline: parameters({ for: hold("10m") }),
  JenkinsQueueLong: parameters({ above: count(10), for: hold("15m") }),
  DockerDown: parameters({ for: hold("3m") }),
  DockerHealthChecksNotRun: parameters({ above: count(5), over: time("10m") }),
  ZombieProcesses: parameters({ above: count(20), for: hold("15m") }),
} as const;
