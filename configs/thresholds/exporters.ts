import { count, hold, parameters, share, time } from "./parameters";

/** What the exporters of the site's servers tell. */
export const exporterThresholds = {
  NginxDown: parameters({ for: hold("1m") }),
  NginxConnectionsDropped: parameters({ over: time("5m") }),
  RedisDown: parameters({ for: hold("1m") }),
  RedisMemoryNearLimit: parameters({ above: share("90%"), for: hold("5m") }),
  RedisConnectionsRefused: parameters({ over: time("5m") }),
  PostgresDown: parameters({ for: hold("1m") }),
  PostgresConnectionsNearLimit: parameters({ above: share("80%"), for: hold("5m") }),
  MysqlDown: parameters({ for: hold("1m") }),
  MysqlConnectionsNearLimit: parameters({ above: share("80%"), for: hold("5m") }),
  ZombieProcesses: parameters({ above: count(20), for: hold("15m") }),
} as const;
