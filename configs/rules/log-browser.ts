import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration, seconds } from "../units";
import { counted, lines, requests, shareAbove } from "./log-query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";

/** What people's browsers report. Anybody can make a report up, so nothing of it is urgent. */
export function browserLogRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "log-browser",
    evaluator: "loki",
    alerts: [
      errorSpike(settings),
      errorRatio(settings),
      pageLoad(settings),
      // Where no session is to report, silence is as it should be.
      ...(settings.browser.sessions > 0 ? [silence(settings)] : []),
    ],
  });
}

const REPORTS = { job: "frontend", log_type: "browser" } as const;
const ERRORS = '| type =~ "error|rejection"';
const LOADS = '| type = "load"';

/** A page that always had some errors, as most have, is no news; a day without yesterday is judged alone. */
function errorSpike(settings: Settings): AlertOptions {
  const { above, timesYesterday, over, for: forMs } = settings.alerts.JsErrorSpike;
  const errors = lines(settings, REPORTS, ERRORS);
  const now = counted(errors, over);
  return {
    name: "JsErrorSpike",
    expr: `${now} > ${above} unless ${now} <= ${timesYesterday} * ${counted(errors, over, "1d")}`,
    forMs,
    severity: "warning",
    summary: `${settings.site.name}: errors in people's browsers`,
    description:
      `Browsers reported {{ $value }} errors of JavaScript in the last ${prometheusDuration(over)}; the limit is ` +
      `${above}, and ${timesYesterday} times as many as at the same time yesterday. Something that people do no longer works.`,
    dashboard: "frontend",
  };
}

/** Errors that come every day are no spike, and still too many. */
function errorRatio(settings: Settings): AlertOptions {
  const { above, over, minimumViews, for: forMs } = settings.alerts.JsErrorRatio;
  return {
    name: "JsErrorRatio",
    expr: shareAbove({
      part: lines(settings, REPORTS, ERRORS),
      of: lines(settings, REPORTS, LOADS),
      overMs: over,
      limit: above,
      minimum: minimumViews,
    }),
    forMs,
    severity: "warning",
    summary: `${settings.site.name}: {{ $value | humanizePercentage }} errors per page view`,
    description:
      `In the last ${prometheusDuration(over)} browsers reported {{ $value | humanizePercentage }} as many errors of ` +
      `JavaScript as page views; the limit is ${percentage(above)}. Something on the pages does not work.`,
    dashboard: "frontend",
  };
}

function pageLoad(settings: Settings): AlertOptions {
  const { above, over, minimumViews, for: forMs, severity } = settings.alerts.PageLoadP95High;
  const loads = lines(settings, REPORTS, LOADS);
  const window = prometheusDuration(over);
  return {
    name: "PageLoadP95High",
    expr:
      `quantile_over_time(0.95, ${loads} | unwrap load_ms [${window}]) by (env, host) / 1000 > ${seconds(above)} ` +
      `and ${counted(loads, over)} >= ${minimumViews}`,
    forMs,
    severity,
    summary: `${settings.site.name}: one page in 20 takes over {{ $value | humanizeDuration }} to load`,
    description:
      `P95 of the load times that browsers reported in the last ${window} is {{ $value | humanizeDuration }}; ` +
      `the limit is ${prometheusDuration(above)}. People wait for pages.`,
    dashboard: "frontend",
  };
}

/**
 * Browsers ask for the home page, and none says a word. Reports belong to the first app host, whichever
 * has the visitors, so that only the environment is compared. Of fewer sessions more visits are wanted.
 */
function silence(settings: Settings): AlertOptions {
  const { above, over } = settings.alerts.RumSilent;
  const { sessions } = settings.browser;
  const limit = Math.ceil(above / sessions);
  const window = prometheusDuration(over);
  const visits = requests(settings, '| origin = "" | method = "GET" | path = "/" | status < 400');
  return {
    name: "RumSilent",
    expr: `${counted(visits, over)} > ${limit} and on (env) absent_over_time(${lines(settings, REPORTS)} [${window}])`,
    severity: "info",
    summary: `${settings.site.name}: no browser reports anything`,
    description:
      `In the last ${window} browsers asked for the home page {{ $value }} times (limit ${limit}), and none reported ` +
      "anything. The page does not load the script, or browsers do not reach the gateway.",
    dashboard: "frontend",
  };
}
