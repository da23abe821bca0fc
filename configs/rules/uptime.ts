import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { probeWindow } from "./window";

/** Scrape job of the probes. `up` of this job is Blackbox answering, not the site. */
export const PROBE_JOB = "blackbox-http";

/** What is probed: the page, and an API path because a single-page app answers 200 with its backend dead. */
export interface ProbeTarget {
  readonly target: "page" | "api";
  readonly url: string;
}

export function probeTargets({ site }: Settings): readonly ProbeTarget[] {
  return [
    { target: "page", url: site.pageUrl },
    { target: "api", url: site.apiUrl },
  ];
}

/** The series of the site's probes of one metric, with further matchers. */
export function probes(
  { site }: Settings,
  metric: string,
  matchers: readonly string[] = [],
): string {
  return `${metric}{${[`job="${PROBE_JOB}"`, `site="${site.name}"`, ...matchers].join(",")}}`;
}

/** The alerts that a person is woken for. */
export function uptimeRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "uptime",
    evaluator: "prometheus",
    alerts: [
      websiteDown(settings),
      apiDown(settings),
      ...probeTargets(settings).map((target) => probeMissing(settings, target)),
      websiteFlapping(settings),
    ],
  });
}

/**
 * "Two checks" are counted in samples: at least two in the window and none of them good. A plain
 * `probe_success == 0` with `for:` fires on the first or the third failure, depending on when it is
 * evaluated. The window is two intervals and a margin for jitter; a margin over the probe's timeout
 * would only delay the alert, since the last good sample must have left the window (docs/adr/0006).
 */
function isDown(settings: Settings, target: ProbeTarget["target"]): string {
  const { probe, probeTimeout } = settings.intervals;
  const { checks } = settings.alerts.WebsiteDown;
  const window = prometheusDuration(probe * checks + Math.min(probe * 0.2, probeTimeout));
  const series = `${probes(settings, "probe_success", [`target="${target}"`])}[${window}]`;
  return `(max_over_time(${series}) == 0 and count_over_time(${series}) >= ${checks})`;
}

function websiteDown(settings: Settings): AlertOptions {
  return {
    name: "WebsiteDown",
    expr: isDown(settings, "page"),
    severity: "critical",
    summary: "{{ $labels.site }} is down: {{ $labels.instance }}",
    description:
      `The last ${settings.alerts.WebsiteDown.checks} checks of {{ $labels.instance }} did not answer with HTTP 200. ` +
      "Visitors see an error or nothing at all.",
    dashboard: "uptime",
  };
}

/**
 * Quiet while the page is down: one outage is one mail. It waits one more probe, because the two
 * probes are not taken at the same moment and the API's may notice the same outage first.
 */
function apiDown(settings: Settings): AlertOptions {
  return {
    name: "ApiDown",
    expr: `${isDown(settings, "api")} unless on (env, site) ${isDown(settings, "page")}`,
    forMs: settings.intervals.probe * 1.2,
    severity: "critical",
    summary: "{{ $labels.site }}: the API is down: {{ $labels.instance }}",
    description:
      "The page answers, but the checks of {{ $labels.instance }} do not get HTTP 200. " +
      "Visitors see the site without its data.",
    dashboard: "uptime",
  };
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
