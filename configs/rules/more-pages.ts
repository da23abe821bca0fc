import type { Settings } from "../settings/settings";
import {
  isDown,
  MORE_PAGES_MATCHER,
  morePages,
  oneMoreProbe,
  probes,
  unlessSiteIsDown,
} from "./probes";
import type { AlertOptions } from "./rule";

/** Stands where a target's name would; no page can be called that. */
const SOME_OF_THEM = "more pages";

/** The alerts on pages beside the site's own two URLs: the same few rules for any number of them. */
export function morePagesAlerts(settings: Settings): readonly AlertOptions[] {
  if (morePages(settings).length === 0) return [];
  return [pageDown(settings), notRead(settings), missing(settings)];
}

function pageDown(settings: Settings): AlertOptions {
  return {
    name: "PageDown",
    expr: unlessSiteIsDown(settings, isDown(settings, MORE_PAGES_MATCHER)),
    forMs: oneMoreProbe(settings),
    severity: "critical",
    summary: "{{ $labels.site }}: the page {{ $labels.target }} is down",
    description:
      `The site's own page answers, but the last ${settings.alerts.WebsiteDown.checks} checks of {{ $labels.instance }} ` +
      "or more did not get HTTP 200. Who goes there sees an error or nothing at all.",
    dashboard: "uptime",
  };
}

/** `absent()` would need a rule for each page. Those that Prometheus has not read have no series to name them. */
function notRead(settings: Settings): AlertOptions {
  const { site, environment } = settings;
  const expected = morePages(settings).length;
  const known = probes(settings, "up", [MORE_PAGES_MATCHER]);
  return {
    name: "ProbeMissing",
    expr: `count by (env, site) (${known}) < ${expected} or absent(${known})`,
    forMs: settings.intervals.probe * 3,
    severity: "critical",
    summary: `${site.name}: not all of the ${expected} more pages are being checked`,
    description:
      `Prometheus does not know all of the ${expected} pages in site.pages, so an outage of the others would go ` +
      "unnoticed. It has not read its new configuration, or lost it: its page of targets has those that it knows.",
    labels: { env: environment, site: site.name, target: SOME_OF_THEM },
    dashboard: "uptime",
  };
}

/** Prometheus asks for it, and no result comes: `up` is there all the same, and has the page's name. */
function missing(settings: Settings): AlertOptions {
  const [known, results] = ["up", "probe_success"].map((metric) =>
    probes(settings, metric, [MORE_PAGES_MATCHER]),
  );
  return {
    name: "ProbeMissing",
    expr: `${known} unless on (env, site, target, instance) ${results}`,
    forMs: settings.intervals.probe * 3,
    severity: "critical",
    summary: "{{ $labels.site }}: the page {{ $labels.target }} is not being checked",
    description:
      "No result of the check of {{ $labels.instance }} reaches Prometheus, so an outage would go unnoticed.",
    dashboard: "uptime",
  };
}
