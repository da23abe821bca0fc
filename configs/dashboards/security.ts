import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { above } from "./limits";
import { ACCESS_LOG } from "./links";
import { counted, LOGINS, VISITS } from "./log-streams";
import { bars, logLines, note, ranking, timeSeries } from "./panels";
import { logMetric } from "./query";
import { environment, host } from "./variables";

const NO_SYSTEM_LOGS =
  "The hosts' own logs are not collected. `sightline:logs.system: true` does so: docs/logs.md.";

/** Who logs in to the hosts, and who tries the site's doors? */
export function securityDashboard(settings: Settings): Dashboard {
  return dashboardOf(settings, {
    name: "security",
    title: "Security",
    description: "Who logs in to the hosts, and who tries the site's doors?",
    variables: [environment(), ...(settings.logs.system ? [host()] : [])],
    rows: [settings.logs.system ? loginsRow() : noLoginsRow(), doorsRow(settings)],
    from: "now-24h",
  });
}

function noLoginsRow(): Row {
  return { title: "SSH logins", panels: [note("Not collected", NO_SYSTEM_LOGS)] };
}

function loginsRow(): Row {
  const failed = `${LOGINS} | event="login_failed"`;
  const logins = `${LOGINS} | event=~"login_succeeded|login_failed"`;
  const most = (field: string) => `topk(10, ${counted(failed, "$__range", field)})`;
  return {
    title: "SSH logins",
    panels: [
      bars({
        title: "Logins",
        unit: "short",
        width: 8,
        queries: [
          logMetric(counted(logins, "$__auto", "host, event"), "{{event}} on the {{host}} host"),
        ],
        emptyText: "None",
        logs: { job: "system", log_type: "auth" },
      }),
      ranking({
        title: "Where failed logins come from",
        unit: "short",
        width: 8,
        queries: [logMetric(most("client_ip"), "{{client_ip}}")],
        emptyText: "None",
      }),
      ranking({
        title: "Who was tried",
        unit: "short",
        width: 8,
        queries: [logMetric(most("user"), "{{user}}")],
        emptyText: "None",
      }),
      logLines({ title: "Logins that succeeded", expr: `${LOGINS} | event="login_succeeded"` }),
    ],
  };
}

function doorsRow({ alerts }: Settings): Row {
  const { abovePerSecond, over } = alerts.ScannerFlood;
  const window = prometheusDuration(over);
  const refused = `${VISITS} | status=~"401|403|404"`;
  return {
    title: "Doors that were tried",
    panels: [
      timeSeries({
        title: `Requests for what is not there (404), a second, in ${window}`,
        unit: "reqps",
        queries: [logMetric(`sum by (env) (rate(${VISITS} | status=404 [${window}]))`, "{{env}}")],
        emptyText: "None",
        limits: above(abovePerSecond),
        logs: ACCESS_LOG,
      }),
      bars({
        title: "Not logged in, not allowed, not there",
        unit: "short",
        queries: [logMetric(counted(refused, "$__auto", "status"), "{{status}}")],
        emptyText: "None",
        logs: ACCESS_LOG,
      }),
      ranking({
        title: "What was tried most",
        unit: "short",
        width: 24,
        queries: [
          logMetric(
            `topk(10, ${counted(`${refused} | path!=""`, "$__range", "status, path")})`,
            "{{status}} {{path}}",
          ),
        ],
        emptyText: "None",
      }),
    ],
  };
}
