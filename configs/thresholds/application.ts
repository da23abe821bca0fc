import { oneOf } from "../settings/fields";
import { count, hold, milliseconds, parameters, share, time } from "./parameters";

/** What the application, its workers and Redis write, and the metrics that it may expose. */
export const applicationThresholds = {
  UnhandledExceptions: parameters({ atLeast: count(3), over: time("15m"), for: hold("5m") }),
  AppErrorBurst: parameters({ above: count(20), over: time("5m"), for: hold("5m") }),
  DbConnectionErrors: parameters({ atLeast: count(3), over: time("5m") }),
  AppLogsMissing: parameters({
    over: time("15m"),
    minimumRequests: count(20),
    for: hold("10m"),
  }),
  JsErrorSpike: parameters({
    above: count(10),
    timesYesterday: count(3),
    over: time("5m"),
    for: hold("5m"),
  }),
  JsErrorRatio: parameters({
    above: share("5%"),
    over: time("15m"),
    minimumViews: count(50),
    for: hold("10m"),
  }),
  /** A note by default: what strangers can make up must not be told to people as a fact. */
  PageLoadP95High: parameters({
    above: milliseconds("4s"),
    over: time("15m"),
    minimumViews: count(50),
    for: hold("15m"),
    severity: oneOf(["info", "warning"]).prefault("info"),
  }),
  RumSilent: parameters({ above: count(50), over: time("1h") }),
  AppTargetDown: parameters({ for: hold("2m") }),
  AppErrorRateHigh: parameters({
    above: share("5%"),
    over: time("5m"),
    minimumRequests: count(20),
    for: hold("5m"),
  }),
  AppLatencyP95High: parameters({
    above: milliseconds("2s"),
    over: time("5m"),
    minimumRequests: count(20),
    for: hold("5m"),
  }),
  CeleryTaskFailures: parameters({ atLeast: count(3), over: time("15m") }),
  CeleryWorkerLost: parameters({ atLeast: count(1), over: time("10m") }),
  CeleryBrokerLost: parameters({ atLeast: count(1), over: time("5m"), for: hold("5m") }),
  CeleryTimeLimit: parameters({ atLeast: count(3), over: time("15m") }),
  /** Held for as long as a healthy task may take, or the only task of half an hour would fire it. */
  CeleryStalled: parameters({ over: time("30m"), for: hold("10m") }),
  RedisPersistenceFailed: parameters({ atLeast: count(1), over: time("10m") }),
  RedisRestarted: parameters({ atLeast: count(2), over: time("15m") }),
  RedisMemoryPressure: parameters({ atLeast: count(1), over: time("5m") }),
} as const;
