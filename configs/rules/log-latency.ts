import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration, seconds } from "../units";
import { counted, requests, shareAbove } from "./log-query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";

/** How long visitors wait. A log format without times has no data here, and no alert. */
export function latencyLogRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "log-latency",
    evaluator: "loki",
    alerts: [requestLatency(settings), slowRequestShare(settings), client499Spike(settings)],
  });
}

/**
 * Filters that leave the requests whose time means waiting. Left out are upgraded connections and
 * paths that stay open by intention, and those that a visitor broke off: their time is the visitor's
 * patience.
 */
export function waitingOnly({ alerts }: Settings): readonly string[] {
  const { exceptPaths } = alerts.RequestLatencyP95High;
  const excepted = exceptPaths.map((path) => `${path.replaceAll(".", "[.]")}.*`).join("|");
  return ["| status != 101 | status != 499", ...(excepted ? [`| path !~ "${excepted}"`] : [])];
}

function waited(settings: Settings, ...filters: readonly string[]): string {
  return requests(settings, ...waitingOnly(settings), ...filters);
}

function requestLatency(settings: Settings): AlertOptions {
  const { above, over, minimumRequests, for: forMs } = settings.alerts.RequestLatencyP95High;
  const window = prometheusDuration(over);
  const times = waited(settings, "| unwrap request_time");
  return {
    name: "RequestLatencyP95High",
    expr:
      `quantile_over_time(0.95, ${times} [${window}]) by (env, host) > ${seconds(above)} ` +
      `and ${counted(waited(settings), over)} >= ${minimumRequests}`,
    forMs,
    severity: "warning",
    summary: `${settings.site.name}: one in 20 requests takes over {{ $value | humanizeDuration }}`,
    description:
      `P95 of the request times of the last ${window} is {{ $value | humanizeDuration }}; ` +
      `the limit is ${prometheusDuration(above)}. Visitors wait for pages.`,
    dashboard: "performance",
  };
}

function slowRequestShare(settings: Settings): AlertOptions {
  const { slowerThan, above, over, minimumRequests, for: forMs } = settings.alerts.SlowRequestShare;
  const limit = prometheusDuration(slowerThan);
  return {
    name: "SlowRequestShare",
    expr: shareAbove({
      part: waited(settings, `| request_time > ${seconds(slowerThan)}`),
      of: waited(settings),
      overMs: over,
      limit: above,
      minimum: minimumRequests,
    }),
    forMs,
    severity: "warning",
    summary: `${settings.site.name}: {{ $value | humanizePercentage }} of requests are slow`,
    description:
      `{{ $value | humanizePercentage }} of the requests of the last ${prometheusDuration(over)} took longer ` +
      `than ${limit}; the limit is ${percentage(above)}. Part of the site is slow for its visitors.`,
    dashboard: "performance",
  };
}

/** nginx writes 499 where a visitor went away before the answer. */
function client499Spike(settings: Settings): AlertOptions {
  const { above, over, minimumRequests, for: forMs } = settings.alerts.Client499Spike;
  return {
    name: "Client499Spike",
    expr: shareAbove({
      part: requests(settings, "| status == 499"),
      of: requests(settings),
      overMs: over,
      limit: above,
      minimum: minimumRequests,
    }),
    forMs,
    severity: "warning",
    summary: `${settings.site.name}: {{ $value | humanizePercentage }} of visitors give up waiting`,
    description:
      `{{ $value | humanizePercentage }} of the requests of the last ${prometheusDuration(over)} were broken off ` +
      `by the visitor (499); the limit is ${percentage(above)}. The site is too slow for them.`,
    dashboard: "performance",
  };
}
