import { appHosts } from "../placement";
import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { counted, lines } from "./log-query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";

/** nginx' error log, and whether its logs arrive at all. */
export function nginxLogRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "log-nginx",
    evaluator: "loki",
    alerts: [upstreamErrors(settings), errorLogBurst(settings), logsMissing(settings)],
  });
}

/** Lines of the error log from `error` up: the log holds warnings and notices too. */
function failures(settings: Settings, ...filters: readonly string[]): string {
  const level = ["error", "critical", "alert", "emergency"];
  return lines(settings, { job: "nginx", log_type: "error", level }, ...filters);
}

/** nginx' words where a backend cannot be reached, hangs, or goes away before it has answered. */
const UPSTREAM_FAILED =
  "(connecting|handshaking) to upstream|upstream timed out|upstream prematurely closed";

function upstreamErrors(settings: Settings): AlertOptions {
  const { above, over } = settings.alerts.NginxUpstreamErrors;
  return {
    name: "NginxUpstreamErrors",
    expr: `${counted(failures(settings, `|~ "${UPSTREAM_FAILED}"`), over)} > ${above}`,
    severity: "critical",
    summary: `${settings.site.name}: nginx cannot reach the application`,
    description:
      `In the last ${prometheusDuration(over)} nginx failed {{ $value }} times to get an answer from its backend; ` +
      `the limit is ${above}. Visitors get 502 or 504.`,
    dashboard: "logs",
  };
}

function errorLogBurst(settings: Settings): AlertOptions {
  const { above, over } = settings.alerts.NginxErrorLogBurst;
  return {
    name: "NginxErrorLogBurst",
    expr: `${counted(failures(settings), over)} > ${above}`,
    severity: "warning",
    summary: `${settings.site.name}: {{ $value }} errors in nginx' log in ${prometheusDuration(over)}`,
    description:
      `nginx logged {{ $value }} errors in the last ${prometheusDuration(over)}; the limit is ${above}. ` +
      "Some requests fail, or files that pages need are missing.",
    dashboard: "logs",
  };
}

/**
 * The heartbeat of the whole way from nginx to Loki: the probes are requests too, whatever the
 * visitors do. Absence has no series to take labels from, so all of them are in the selector.
 */
function logsMissing(settings: Settings): AlertOptions {
  const { over, for: forMs } = settings.alerts.NginxLogsMissing;
  // With few probes a day the window grows, so that one late probe is no alarm.
  const window = prometheusDuration(Math.max(over, settings.intervals.probe * 5));
  const [site = "", ...others] = appHosts(settings);
  // Of several hosts it is not known which one answers the probes.
  const labels = {
    ...(others.length === 0 ? { host: site } : {}),
    ...{ job: "nginx", log_type: "access" },
  };
  return {
    name: "NginxLogsMissing",
    expr: `absent_over_time(${lines(settings, labels, '| origin = "probe"')} [${window}])`,
    forMs,
    severity: "critical",
    summary: `${settings.site.name}: nginx' logs do not arrive`,
    description:
      `No probe was found in nginx' access log for ${window}, though they go on. ` +
      "Alerts and panels that read logs are blind.",
    dashboard: "logs",
  };
}
