import type { Settings } from "../settings/settings";
import { DOWN_AFTER_CHECKS } from "../thresholds";
import { prometheusDuration } from "../units";
import { alert, type RuleGroup } from "./rule";

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

/** The alerts that a person is woken for. */
export function uptimeRules(settings: Settings): RuleGroup {
  return {
    name: "uptime",
    rules: [
      websiteDown(settings),
      apiDown(settings),
      ...probeTargets(settings).map((target) => probeMissing(settings, target)),
    ],
  };
}

/**
 * "Two checks" are counted in samples: at least two in the window and none of them good. A plain
 * `probe_success == 0` with `for:` fires on the first or the third failure, depending on when it is
 * evaluated. The window is two intervals and a margin for jitter; a margin over the probe's timeout
 * would only delay the alert, since the last good sample must have left the window (docs/adr/0006).
 */
function isDown(settings: Settings, target: ProbeTarget["target"]): string {
  const { probe, probeTimeout } = settings.intervals;
  const window = prometheusDuration(
    probe * DOWN_AFTER_CHECKS + Math.min(probe * 0.2, probeTimeout),
  );
  const series = `probe_success{job="${PROBE_JOB}",site="${settings.site.name}",target="${target}"}[${window}]`;
  return `(max_over_time(${series}) == 0 and count_over_time(${series}) >= ${DOWN_AFTER_CHECKS})`;
}

function websiteDown(settings: Settings) {
  return alert({
    name: "WebsiteDown",
    expr: isDown(settings, "page"),
    severity: "critical",
    summary: "{{ $labels.site }} is down: {{ $labels.instance }}",
    description:
      `The last ${DOWN_AFTER_CHECKS} checks of {{ $labels.instance }} did not answer with HTTP 200. ` +
      "Visitors see an error or nothing at all.",
  });
}

/**
 * Quiet while the page is down: one outage is one mail. It waits one more probe, because the two
 * probes are not taken at the same moment and the API's may notice the same outage first.
 */
function apiDown(settings: Settings) {
  return alert({
    name: "ApiDown",
    expr: `${isDown(settings, "api")} unless on (env, site) ${isDown(settings, "page")}`,
    forMs: settings.intervals.probe * 1.2,
    severity: "critical",
    summary: "{{ $labels.site }}: the API is down: {{ $labels.instance }}",
    description:
      "The page answers, but the checks of {{ $labels.instance }} do not get HTTP 200. " +
      "Visitors see the site without its data.",
  });
}

/** Without probes WebsiteDown cannot fire, so their absence is an alert of its own. */
function probeMissing(settings: Settings, { target, url }: ProbeTarget) {
  const site = settings.site.name;
  return alert({
    name: "ProbeMissing",
    expr: `absent(probe_success{job="${PROBE_JOB}",site="${site}",target="${target}"})`,
    forMs: settings.intervals.probe * 3,
    severity: "critical",
    summary: `${site} is not being checked: ${url}`,
    description: `No result of the check of ${url} reaches Prometheus, so an outage would go unnoticed.`,
    labels: { env: settings.environment, site, target, instance: url },
  });
}
