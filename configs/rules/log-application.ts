import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { counted, lines, requests } from "./log-query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";

/** What the application writes, in whichever of the known formats. */
export function applicationLogRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "log-application",
    evaluator: "loki",
    alerts: [
      unhandledExceptions(settings),
      errorBurst(settings),
      connectionErrors(settings),
      logsMissing(settings),
    ],
  });
}

const FAILURE_LEVELS = ["error", "critical"];
const BACKEND = { job: "app", service: "fastapi" } as const;

function unhandledExceptions(settings: Settings): AlertOptions {
  const { atLeast, over, for: forMs } = settings.alerts.UnhandledExceptions;
  return {
    name: "UnhandledExceptions",
    expr: `${counted(lines(settings, BACKEND, '| exception != ""'), over)} >= ${atLeast}`,
    forMs,
    severity: "critical",
    summary: `${settings.site.name}: the application raises exceptions`,
    description:
      `{{ $value }} exceptions in the last ${prometheusDuration(over)}; the limit is ${atLeast}. ` +
      "Each is a request that somebody did not get answered.",
    dashboard: "logs",
  };
}

/** By the level that the application gave, not by the word: `error=nil` is no error. */
function errorBurst(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.AppErrorBurst;
  return {
    name: "AppErrorBurst",
    expr: `${counted(lines(settings, { ...BACKEND, level: FAILURE_LEVELS }), over)} > ${above}`,
    forMs,
    severity: "warning",
    summary: `${settings.site.name}: the application logs many errors`,
    description:
      `The application logged {{ $value }} errors in the last ${prometheusDuration(over)}; the limit is ${above}. ` +
      "Something that it needs is failing.",
    dashboard: "logs",
  };
}

/** The words of PostgreSQL's, MySQL's and Redis' clients, and of the sockets below them. */
const CANNOT_CONNECT =
  "(?i)connection refused|could not connect to|can't connect to|too many (clients|connections)|server closed the connection";

/** In the API and in workers. A worker that lost its broker says so for itself: CeleryBrokerLost. */
function connectionErrors(settings: Settings): AlertOptions {
  const { atLeast, over } = settings.alerts.DbConnectionErrors;
  const failed = lines(
    settings,
    { job: "app", level: FAILURE_LEVELS },
    `|~ "${CANNOT_CONNECT}"`,
    '| event != "broker_lost"',
  );
  return {
    name: "DbConnectionErrors",
    expr: `${counted(failed, over)} >= ${atLeast}`,
    severity: "critical",
    summary: `${settings.site.name}: the application cannot reach its database`,
    description:
      `{{ $value }} failed connections in the last ${prometheusDuration(over)}; the limit is ${atLeast}. ` +
      "A database or another server that the application needs is down, full or unreachable.",
    dashboard: "logs",
  };
}

/** Silent while visitors use the API. Probes do not count: an application may not log those. */
function logsMissing(settings: Settings): AlertOptions {
  const { over, minimumRequests, for: forMs } = settings.alerts.AppLogsMissing;
  const asked = requests(settings, '| path =~ "/api/.*" | origin != "probe"');
  return {
    name: "AppLogsMissing",
    expr:
      `${counted(asked, over)} >= ${minimumRequests} ` +
      `unless ${counted(lines(settings, { job: "app" }), over)}`,
    forMs,
    severity: "warning",
    summary: `${settings.site.name}: the application's logs do not arrive`,
    description:
      `{{ $value }} requests to the API in the last ${prometheusDuration(over)}, and not one line of the ` +
      "application. Alerts on its exceptions and errors are blind.",
    dashboard: "logs",
  };
}
