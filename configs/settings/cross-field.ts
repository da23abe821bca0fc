import type { Problem } from "../errors";
import { prometheusDuration } from "../units";
import { alertingProblems } from "./alerting-rules";
import { gatewayProblems } from "./gateway-rules";
import { hostProblems } from "./host-rules";
import { logProblems } from "./log-rules";
import { metricsProblems } from "./metrics-rules";
import { placeholderProblems } from "./placeholders";
import type { Parsed } from "./settings";
import { siteComposeProblems } from "./site-compose-rules";

/**
 * Rules between settings that are each fine alone. A group that is itself wrong is absent, and the
 * rules that need it stay silent: its own problem is reported already.
 */
export function crossFieldProblems(settings: Partial<Parsed>): readonly Problem[] {
  return [
    ...placeholderProblems(settings),
    ...probeProblems(settings),
    ...hostProblems(settings),
    ...gatewayProblems(settings),
    ...metricsProblems(settings),
    ...logProblems(settings),
    ...siteComposeProblems(settings),
    ...retentionProblems(settings),
    ...portProblems(settings),
    ...alertingProblems(settings),
  ];
}

function probeProblems({ site, intervals }: Partial<Parsed>): readonly Problem[] {
  const problems: Problem[] = [];
  if (site && site.apiUrl === site.pageUrl) {
    problems.push({
      path: "sightline:site.apiUrl",
      rule: "must not be pageUrl again: a single-page app answers 200 with its backend dead",
      got: JSON.stringify(site.apiUrl),
      fix: 'a path that the backend answers, for example "http://application:80/api/health"',
    });
  }
  if (intervals && intervals.probeTimeout >= intervals.probe) {
    problems.push({
      path: "sightline:intervals.probeTimeout",
      rule: `must be shorter than intervals.probe (${prometheusDuration(intervals.probe)})`,
      got: prometheusDuration(intervals.probeTimeout),
      fix: 'for example "10s" with probe "60s"',
    });
  }
  return problems;
}

function retentionProblems({ intervals, metrics }: Partial<Parsed>): readonly Problem[] {
  if (!intervals || !metrics || metrics.retention >= intervals.probe * 10) return [];
  return [
    {
      path: "sightline:metrics.retention",
      rule:
        `must hold at least ten probes (${prometheusDuration(intervals.probe * 10)}), ` +
        "or the alert rules have nothing to look back on",
      got: prometheusDuration(metrics.retention),
      fix: 'for example "7d"',
    },
  ];
}

/** All published ports are on one address, whether all of them are in use or not. */
function portProblems({ publish, gateway }: Partial<Parsed>): readonly Problem[] {
  const ports: readonly (readonly [string, number | string])[] = [
    ...(gateway?.enabled ? ([["gateway", gateway.port]] as const) : []),
    ...Object.entries(publish ?? {}).filter(([name]) => name !== "address"),
  ];
  return ports.flatMap(([name, number], index) => {
    const [other] = ports.slice(0, index).find(([, taken]) => taken === number) ?? [];
    if (!other) return [];
    return [
      {
        path: "sightline:publish",
        rule: "must give every page a port of its own",
        got: `${number} for ${other} and ${name}`,
        fix: `pulumi config set --path 'sightline:publish.${name}' <a free port>`,
      },
    ];
  });
}
