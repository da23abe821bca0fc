import { HTTP_CHALLENGE_PORT, usesAcme } from "../acme/challenge";
import { isCentral, publishedCentrally } from "../central";
import type { Problem } from "../errors";
import { letsPeopleIn } from "../gateway/route";
import { prometheusDuration } from "../units";
import { alertingProblems } from "./alerting-rules";
import { browserProblems } from "./browser-rules";
import { gatewayProblems } from "./gateway-rules";
import { hostProblems } from "./host-rules";
import { logProblems } from "./log-rules";
import { longTermProblems, metricsProblems } from "./metrics-rules";
import { outsideWatchProblems } from "./outside-watch-rules";
import { pageProblems } from "./page-rules";
import { placeholderProblems } from "./placeholders";
import { remoteWriteProblems } from "./remote-write-rules";
import type { Parsed } from "./settings";
import { siteComposeProblems } from "./site-compose-rules";
import { wireguardProblems } from "./wireguard-rules";

/**
 * Rules between settings that are each fine alone. A group that is itself wrong is absent, and the
 * rules that need it stay silent: its own problem is reported already.
 */
export function crossFieldProblems(settings: Partial<Parsed>): readonly Problem[] {
  return [
    ...placeholderProblems(settings),
    ...probeProblems(settings),
    ...pageProblems(settings),
    ...hostProblems(settings),
    ...gatewayProblems(settings),
    ...browserProblems(settings),
    ...wireguardProblems(settings),
    ...metricsProblems(settings),
    ...longTermProblems(settings),
    ...remoteWriteProblems(settings),
    ...logProblems(settings),
    ...siteComposeProblems(settings),
    ...retentionProblems(settings),
    ...portProblems(settings),
    ...alertingProblems(settings),
    ...outsideWatchProblems(settings),
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

/** All published ports count as on one address, but for that of browsers, which says its own. */
function portProblems(settings: Partial<Parsed>): readonly Problem[] {
  const ports = [...gatewayOwnPorts(settings), ...publishedPorts(settings)];
  return ports.flatMap(([name, number], index) => {
    const [other] = ports.slice(0, index).find(([, taken]) => taken === number) ?? [];
    if (!other) return [];
    return [
      {
        path: "sightline:publish",
        rule: "must give every page a port of its own",
        got: `${number} for ${other} and ${name}`,
        fix: `pulumi config set --path 'sightline:${name}' <a free port>`,
      },
    ];
  });
}

type Port = readonly [name: string, number: number | string];

/** Two of these on one port are told by the rules of the gateway and of browsers. */
function gatewayOwnPorts({ browser, gateway, publish }: Partial<Parsed>): readonly Port[] {
  if (!gateway?.enabled) return [];
  const isAmongPages =
    browser?.enabled && browser.address !== undefined && browser.address === publish?.address;
  return [
    ["gateway.port", gateway.port],
    ...(usesAcme({ gateway }) && gateway.port !== HTTP_CHALLENGE_PORT
      ? ([["the gateway's challenge", HTTP_CHALLENGE_PORT]] as const)
      : []),
    ...(isAmongPages && browser.port !== undefined && browser.port !== gateway.port
      ? ([["browser.port", browser.port]] as const)
      : []),
  ];
}

/** Where people come in by the gateway, pages have no ports but those that other machines need. */
function publishedPorts({ publish, gateway, hosts }: Partial<Parsed>): readonly Port[] {
  const all = Object.entries(publish ?? {}).filter(([name]) => name !== "address");
  return all.filter(([name]) => isPublished(name)).map(([name, port]) => [`publish.${name}`, port]);

  function isPublished(name: string): boolean {
    if (!gateway || !letsPeopleIn({ gateway })) return true;
    if (!publish || !hosts || !isCentral(name)) return false;
    return publishedCentrally({ gateway, hosts, publish }, name).length > 0;
  }
}
