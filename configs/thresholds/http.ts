import { text } from "../settings/fields";
import { count, hold, milliseconds, parameters, share, time } from "./parameters";

/** Beginnings of paths, separated by spaces; read as a list. */
const paths = (value: string) =>
  text({
    rule: "must be beginnings of paths, separated by spaces",
    example: "/ws/ /api/events",
    read: (written) => {
      const list = written.split(" ").filter(Boolean);
      return list.every((path) => /^\/[\w./~-]*$/.test(path)) ? list : undefined;
    },
  }).prefault(value);

/** What the access and error logs of nginx tell. A ratio needs a number of requests to mean anything. */
export const httpThresholds = {
  HighErrorRate: parameters({
    above: share("5%"),
    over: time("5m"),
    minimumRequests: count(20),
    for: hold("5m"),
  }),
  High5xxRate: parameters({
    above: share("1%"),
    criticalAbove: share("5%"),
    over: time("5m"),
    minimumRequests: count(20),
    for: hold("5m"),
  }),
  Http5xxBurst: parameters({ above: count(100), over: time("5m") }),
  RequestLatencyP95High: parameters({
    above: milliseconds("2s"),
    over: time("5m"),
    minimumRequests: count(20),
    /** Connections that stay open by intention; not counted by SlowRequestShare either. */
    exceptPaths: paths("/ws/"),
    for: hold("5m"),
  }),
  SlowRequestShare: parameters({
    slowerThan: milliseconds("1s"),
    above: share("10%"),
    over: time("10m"),
    minimumRequests: count(20),
    for: hold("10m"),
  }),
  TrafficDrop: parameters({
    below: share("30%"),
    over: time("15m"),
    minimumRequests: count(100),
    for: hold("15m"),
  }),
  Client499Spike: parameters({
    above: share("5%"),
    over: time("10m"),
    minimumRequests: count(20),
    for: hold("10m"),
  }),
  ScannerFlood: parameters({ abovePerSecond: count(5), over: time("5m"), for: hold("10m") }),
  NginxUpstreamErrors: parameters({ above: count(5), over: time("5m") }),
  NginxErrorLogBurst: parameters({ above: count(20), over: time("5m") }),
  /** The probes are in the access log every minute: if they are not, the log pipeline is dead. */
  NginxLogsMissing: parameters({ over: time("10m"), for: hold("5m") }),
} as const;
