import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { counted, lines } from "./log-query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";

/** What Redis writes, and what its clients are told. */
export function redisLogRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "log-redis",
    evaluator: "loki",
    alerts: [persistenceFailed(settings), restarted(settings), memoryPressure(settings)],
  });
}

/** Redis' words where it cannot write its data to disk. A good save ends "terminated with success". */
const NOT_WRITTEN = [
  "Background saving (error|terminated by)",
  "Background AOF rewrite terminated (with error|by)",
  "Can't (save|rewrite)",
  "Failed opening .* for saving",
  "Error (moving|writing)",
  "Write error",
  "Short write",
].join("|");

function persistenceFailed(settings: Settings): AlertOptions {
  const { atLeast, over } = settings.alerts.RedisPersistenceFailed;
  const failed = lines(settings, { job: "redis" }, `|~ "${NOT_WRITTEN}"`);
  // What its clients are told then. Their own words about saving are none of Redis'.
  const refused = lines(settings, { job: "app" }, '|= "MISCONF"');
  return {
    name: "RedisPersistenceFailed",
    expr: `${counted(failed, over)} >= ${atLeast} or ${counted(refused, over)} >= ${atLeast}`,
    severity: "critical",
    summary: `${settings.site.name}: Redis cannot write its data to disk`,
    description:
      `{{ $value }} failed attempts in the last ${prometheusDuration(over)}; the limit is ${atLeast}. ` +
      "Redis refuses writes, or loses what it holds at its next restart.",
    dashboard: "logs",
  };
}

/** The banner comes once per start, in every version and in Redis' forks. */
function restarted(settings: Settings): AlertOptions {
  const { atLeast, over } = settings.alerts.RedisRestarted;
  const banner = lines(settings, { job: "redis" }, '|= "is starting oO0"');
  return {
    name: "RedisRestarted",
    expr: `${counted(banner, over)} >= ${atLeast}`,
    severity: "warning",
    summary: `${settings.site.name}: Redis restarted {{ $value }} times`,
    description:
      `Redis started {{ $value }} times in the last ${prometheusDuration(over)}; the limit is ${atLeast}. ` +
      "Each time the application and its workers lose their connection.",
    dashboard: "logs",
  };
}

/** Redis says it to the client whose command it refuses, so it is in the application's log. */
function memoryPressure(settings: Settings): AlertOptions {
  const { atLeast, over } = settings.alerts.RedisMemoryPressure;
  const refused = lines(settings, { job: "app" }, '|= "OOM command not allowed"');
  return {
    name: "RedisMemoryPressure",
    expr: `${counted(refused, over)} >= ${atLeast}`,
    severity: "warning",
    summary: `${settings.site.name}: Redis is full`,
    description:
      `Redis refused {{ $value }} commands in the last ${prometheusDuration(over)} for want of memory; ` +
      `the limit is ${atLeast}. What the application stores there is lost.`,
    dashboard: "logs",
  };
}
