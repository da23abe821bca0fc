import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration } from "../units";
import { counted, requests, shareAbove } from "./log-query";
import { type AlertOptions, type RuleGroup, ruleGroup, type Severity } from "./rule";

/** Answers that are errors, as nginx' access log has them. */
export function httpLogRules(settings: Settings): RuleGroup {
  const { criticalAbove, above } = settings.alerts.High5xxRate;
  return ruleGroup(settings, {
    name: "log-http",
    evaluator: "loki",
    alerts: [
      highErrorRate(settings),
      high5xxRate(settings, "warning", above),
      high5xxRate(settings, "critical", criticalAbove),
      http5xxBurst(settings),
    ],
  });
}

function highErrorRate(settings: Settings): AlertOptions {
  const { above, over, minimumRequests, for: forMs } = settings.alerts.HighErrorRate;
  return {
    name: "HighErrorRate",
    expr: shareAbove({
      part: requests(settings, "| status >= 400"),
      of: requests(settings),
      overMs: over,
      limit: above,
      minimum: minimumRequests,
    }),
    forMs,
    severity: "critical",
    summary: `${settings.site.name}: {{ $value | humanizePercentage }} of requests fail`,
    description:
      `{{ $value | humanizePercentage }} of the requests of the last ${prometheusDuration(over)} were ` +
      `answered with 4xx or 5xx; the limit is ${percentage(above)}. Visitors or their apps get errors.`,
    dashboard: "performance",
  };
}

/**
 * The warning and the critical alert share a name, so that the louder mutes the quieter. Both come two
 * evaluations after HighErrorRate, which mutes them: of two queries a moment apart, the later one may
 * see a failure more.
 */
function high5xxRate(settings: Settings, severity: Severity, limit: number): AlertOptions {
  const { over, minimumRequests, for: forMs } = settings.alerts.High5xxRate;
  return {
    name: "High5xxRate",
    expr: shareAbove({
      part: requests(settings, "| status >= 500"),
      of: requests(settings),
      overMs: over,
      limit,
      minimum: minimumRequests,
    }),
    forMs: forMs + 2 * settings.intervals.evaluation,
    severity,
    summary: `${settings.site.name}: {{ $value | humanizePercentage }} of answers are server errors`,
    description:
      `{{ $value | humanizePercentage }} of the requests of the last ${prometheusDuration(over)} were ` +
      `answered with 5xx; the limit is ${percentage(limit)}. The fault is on the server's side.`,
    dashboard: "performance",
  };
}

/** In numbers and not as a share: on a quiet site it speaks where the shares lack requests. */
function http5xxBurst(settings: Settings): AlertOptions {
  const { above, over } = settings.alerts.Http5xxBurst;
  return {
    name: "Http5xxBurst",
    expr: `${counted(requests(settings, "| status >= 500"), over)} > ${above}`,
    severity: "critical",
    summary: `${settings.site.name}: {{ $value }} server errors in ${prometheusDuration(over)}`,
    description:
      `{{ $value }} requests of the last ${prometheusDuration(over)} were answered with 5xx; ` +
      `the limit is ${above}. Visitors see errors.`,
    dashboard: "performance",
  };
}
