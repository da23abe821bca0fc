import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration } from "../units";
import { counted, requests } from "./log-query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";

/** How many come: too few, or too many of the wrong kind. */
export function trafficLogRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "log-traffic",
    evaluator: "loki",
    alerts: [trafficDrop(settings), scannerFlood(settings)],
  });
}

/**
 * Visitors of now against those of the same minutes of yesterday. They are all requests less the
 * probes, so that no visitor at all is a zero, while a log that does not arrive is no figure.
 */
function trafficDrop(settings: Settings): AlertOptions {
  const { below, over, minimumRequests, for: forMs } = settings.alerts.TrafficDrop;
  const probes = requests(settings, '| origin = "probe"');
  const now = `(${counted(requests(settings), over)} - ${counted(probes, over)})`;
  const yesterday = counted(requests(settings, '| origin != "probe"'), over, "1d");
  return {
    name: "TrafficDrop",
    expr: `${now} / ${yesterday} < ${below} and ${yesterday} >= ${minimumRequests}`,
    forMs,
    severity: "warning",
    summary: `${settings.site.name}: {{ $value | humanizePercentage }} of yesterday's visitors`,
    description:
      `Requests of the last ${prometheusDuration(over)} are {{ $value | humanizePercentage }} of those of the same ` +
      `time yesterday; the limit is ${percentage(below)}. The site answers, but people do not reach it.`,
    dashboard: "performance",
  };
}

function scannerFlood(settings: Settings): AlertOptions {
  const { abovePerSecond, over, for: forMs } = settings.alerts.ScannerFlood;
  const missing = requests(settings, "| status == 404");
  return {
    name: "ScannerFlood",
    expr: `sum by (env, host) (rate(${missing} [${prometheusDuration(over)}])) > ${abovePerSecond}`,
    forMs,
    severity: "info",
    summary: `${settings.site.name}: {{ $value | humanize }} requests a second for missing pages`,
    description:
      `{{ $value | humanize }} requests a second get 404; the limit is ${abovePerSecond}. ` +
      "Somebody looks for holes, or a link that many follow is broken.",
    dashboard: "security",
  };
}
