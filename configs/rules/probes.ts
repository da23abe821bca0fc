import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";

/** Scrape job of the probes. `up` of this job is Blackbox answering, not the site. */
export const PROBE_JOB = "blackbox-http";

/** What of the site has a setting of its own, and so a label that no other page may have. */
export const OWN_TARGETS = ["page", "api"] as const;

/** One URL that is checked, and the label `target` of its series. */
export interface ProbeTarget {
  /** `page`, `api`, or the name of one more page. */
  readonly target: string;
  readonly url: string;
}

/** What is probed: the page, an API path because a single-page app answers 200 with its backend dead, more pages. */
export function probeTargets(settings: Pick<Settings, "site">): readonly ProbeTarget[] {
  const { pageUrl, apiUrl } = settings.site;
  return [{ target: "page", url: pageUrl }, { target: "api", url: apiUrl }, ...morePages(settings)];
}

/** The pages that are checked beside the site's own two URLs, by name. */
export function morePages({ site }: Pick<Settings, "site">): readonly ProbeTarget[] {
  const pages = Object.entries(site.pages).map(([target, url]) => ({ target, url }));
  return pages.sort((one, other) => (one.target < other.target ? -1 : 1));
}

/** Whether there is a certificate that a check sees. */
export function hasTls(settings: Pick<Settings, "site">): boolean {
  return probeTargets(settings).some(({ url }) => url.startsWith("https:"));
}

/** Selects the pages that are checked besides. */
export const MORE_PAGES_MATCHER = `target!~"${OWN_TARGETS.join("|")}"`;

/** The series of the site's probes of one metric, with further matchers. */
export function probes(
  { site }: Settings,
  metric: string,
  matchers: readonly string[] = [],
): string {
  return `${metric}{${[`job="${PROBE_JOB}"`, `site="${site.name}"`, ...matchers].join(",")}}`;
}

/**
 * "Two checks" are counted in samples: at least two in the window and none of them good. A plain
 * `probe_success == 0` with `for:` fires on the first or the third failure, depending on when it is
 * evaluated. The window is two intervals and a margin for jitter; a margin over the probe's timeout
 * would only delay the alert, since the last good sample must have left the window (docs/adr/0006).
 *
 * @param matcher which of the targets
 */
export function isDown(settings: Settings, matcher: string): string {
  const { probe, probeTimeout } = settings.intervals;
  const { checks } = settings.alerts.WebsiteDown;
  const window = prometheusDuration(probe * checks + Math.min(probe * 0.2, probeTimeout));
  const series = `${probes(settings, "probe_success", [matcher])}[${window}]`;
  return `(max_over_time(${series}) == 0 and count_over_time(${series}) >= ${checks})`;
}

/**
 * Quiet while the page is down: one outage is one mail. An alert with this waits {@link oneMoreProbe},
 * because two probes are not taken at the same moment and the other's may notice the same outage first.
 */
export function unlessSiteIsDown(settings: Settings, expr: string): string {
  return `${expr} unless on (env, site) ${isDown(settings, 'target="page"')}`;
}

export function oneMoreProbe({ intervals }: Settings): number {
  return intervals.probe * 1.2;
}
