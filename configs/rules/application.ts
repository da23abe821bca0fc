import { APP_METRICS } from "../app-metrics";
import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration, seconds } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { scrapeWindow } from "./window";

/** Scrape job of the application's own metrics. */
export const APPLICATION_JOB = "application";

const APPLICATION = `job="${APPLICATION_JOB}"`;

/** The application by its own metrics; nothing where it is not scraped. */
export function applicationRules(settings: Settings): RuleGroup {
  const alerts = [targetDown(settings), errorRate(settings), latency(settings)];
  return ruleGroup(settings, {
    name: "application",
    evaluator: "prometheus",
    alerts: settings.application.metricsUrl ? alerts : [],
  });
}

function targetDown({ alerts }: Settings): AlertOptions {
  const { for: forMs } = alerts.AppTargetDown;
  return {
    name: "AppTargetDown",
    expr: `up{${APPLICATION}} == 0`,
    forMs,
    severity: "critical",
    summary: "The application's metrics do not answer: {{ $labels.instance }}",
    description:
      `{{ $labels.instance }} has not given its metrics for ${prometheusDuration(forMs)}. ` +
      "The application is down, or too busy to answer.",
    dashboard: "performance",
  };
}

/** How many of the counted requests there were in the range. */
function increase(settings: Settings, series: string, overMs: number): string {
  return `sum by (env, host) (increase(${series}${scrapeWindow(settings, overMs)}))`;
}

function errorRate(settings: Settings): AlertOptions {
  const { above, over, minimumRequests, for: forMs } = settings.alerts.AppErrorRateHigh;
  const { requests, status } = APP_METRICS[settings.application.family];
  const errors = increase(settings, `${requests}{${APPLICATION},${status}=~"5.."}`, over);
  const all = increase(settings, `${requests}{${APPLICATION}}`, over);
  return {
    name: "AppErrorRateHigh",
    expr: `${errors} / ${all} > ${above} and ${all} >= ${minimumRequests}`,
    forMs,
    severity: "critical",
    summary: "The application fails {{ $value | humanizePercentage }} of its requests",
    description:
      `{{ $value | humanizePercentage }} of the application's answers in ${prometheusDuration(over)} were server ` +
      `errors (limit ${percentage(above)}, of ${minimumRequests} requests or more). Visitors see errors.`,
    dashboard: "performance",
  };
}

function latency(settings: Settings): AlertOptions {
  const { above, over, minimumRequests, for: forMs } = settings.alerts.AppLatencyP95High;
  const { duration } = APP_METRICS[settings.application.family];
  const window = scrapeWindow(settings, over);
  const buckets = `sum by (env, host, le) (rate(${duration}_bucket{${APPLICATION}}${window}))`;
  const all = increase(settings, `${duration}_count{${APPLICATION}}`, over);
  return {
    name: "AppLatencyP95High",
    expr: `histogram_quantile(0.95, ${buckets}) > ${seconds(above)} and ${all} >= ${minimumRequests}`,
    forMs,
    severity: "warning",
    summary: "The application is slow: P95 is {{ $value | humanizeDuration }}",
    description:
      `One in twenty requests of the last ${prometheusDuration(over)} took {{ $value | humanizeDuration }} or longer ` +
      `(limit ${prometheusDuration(above)}, of ${minimumRequests} requests or more). Visitors wait.`,
    dashboard: "performance",
  };
}
