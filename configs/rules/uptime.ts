import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { morePagesAlerts } from "./more-pages";
import {
  isDown,
  OWN_TARGETS,
  oneMoreProbe,
  probes,
  probeTargets,
  type ProbeTarget,
  unlessSiteIsDown,
} from "./probes";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { probeWindow } from "./window";

/** The alerts that a person is woken for. */
export function uptimeRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "uptime",
    evaluator: "prometheus",
    alerts: [
      websiteDown(settings),
      apiDown(settings),
      ...ownTargets(settings).map((target) => probeMissing(settings, target)),
      ...morePagesAlerts(settings),
      websiteFlapping(settings),
    ],
  });
}

function websiteDown(settings: Settings): AlertOptions {
  return {
    name: "WebsiteDown",
    expr: isDown(settings, 'target="page"'),
    severity: "critical",
    summary: "{{ $labels.site }} is down: {{ $labels.instance }}",
    description:
      `The last ${settings.alerts.WebsiteDown.checks} checks of {{ $labels.instance }} did not answer with HTTP 200. ` +
      "Visitors see an error or nothing at all.",
    dashboard: "uptime",
  };
}

/** Waits one more probe, and is quiet while the page is down. */
function apiDown(settings: Settings): AlertOptions {
  return {
    name: "ApiDown",
    expr: unlessSiteIsDown(settings, isDown(settings, 'target="api"')),
    forMs: oneMoreProbe(settings),
    severity: "critical",
    summary: "{{ $labels.site }}: the API is down: {{ $labels.instance }}",
    description:
      "The page answers, but the checks of {{ $labels.instance }} do not get HTTP 200. " +
      "Visitors see the site without its data.",
    dashboard: "uptime",
  };
}

function ownTargets(settings: Settings): readonly ProbeTarget[] {
  const own: readonly string[] = OWN_TARGETS;
  return probeTargets(settings).filter(({ target }) => own.includes(target));
}

/** Without probes WebsiteDown cannot fire, so their absence is an alert of its own. */
function probeMissing(settings: Settings, { target, url }: ProbeTarget): AlertOptions {
  const site = settings.site.name;
  return {
    name: "ProbeMissing",
    expr: `absent(${probes(settings, "probe_success", [`target="${target}"`])})`,
    forMs: settings.intervals.probe * 3,
    severity: "critical",
    summary: `${site} is not being checked: ${url}`,
    description: `No result of the check of ${url} reaches Prometheus, so an outage would go unnoticed.`,
    labels: { env: settings.environment, site, target, instance: url },
    dashboard: "uptime",
  };
}

/** Up and down again without two failed checks in a row: WebsiteDown never sees it. */
function websiteFlapping(settings: Settings): AlertOptions {
  const { above, over } = settings.alerts.WebsiteFlapping;
  return {
    name: "WebsiteFlapping",
    expr: `changes(${probes(settings, "probe_success")}${probeWindow(settings, over)}) > ${above}`,
    severity: "warning",
    summary: "{{ $labels.site }} goes up and down: {{ $labels.instance }}",
    description:
      `The checks of {{ $labels.instance }} changed {{ $value }} times between good and failed in the last ` +
      `${prometheusDuration(over)} (limit ${above}). Some visitors get errors, others do not.`,
    dashboard: "uptime",
  };
}
