import { type Row } from "../../dashboards/dashboard";
import { timeSeries } from "../../dashboards/panels";
import { metric } from "../../dashboards/query";
import { exporterContainer, networksToSite, programHealth } from "../../exporters/container";
import type { ContainerExporter } from "../../exporters/exporter";
import { serverDown } from "../../exporters/server-down";
import { type AlertOptions, type RuleGroup, ruleGroup } from "../../rules/rule";
import { BY_SERVICE, scrapeWindow } from "../../rules/window";
import { group } from "../../settings/fields";
import { httpUrl } from "../../settings/formats";
import type { Settings } from "../../settings/settings";
import { prometheusDuration } from "../../units";

interface Options {
  /** The `stub_status` page, as containers of the site reach it. */
  readonly url: string;
}

const TOOL = "nginx-exporter";
const JOB = `job="${TOOL}"`;
const PROGRAM = "/usr/bin/nginx-prometheus-exporter";

/** Connections and requests of nginx, from its own `stub_status` page. */
export const nginxExporter: ContainerExporter<Options> = {
  tool: TOOL,
  settings: group({ url: httpUrl("http://nginx:8080/stub_status") }),
  spec: (settings, host, { url }) => ({
    ...exporterContainer(settings, host, { tool: TOOL, port: 9113 }),
    kind: "NginxExporter",
    image: "nginx/nginx-prometheus-exporter:1.5.1",
    user: "1001:1001",
    args: [`--nginx.scrape-uri=${url}`],
    networks: networksToSite(settings, host),
    health: programHealth(PROGRAM, "--version"),
    monitoring: { scrape: {}, ruleGroups: [nginxRules(settings)] },
  }),
  row: nginxRow,
};

function nginxRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: TOOL,
    evaluator: "prometheus",
    alerts: [
      serverDown(settings, { name: "NginxDown", up: `nginx_up{${JOB}}`, server: "nginx" }),
      connectionsDropped(settings),
    ],
  });
}

/** What nginx accepts it also handles, until it runs out of `worker_connections` or open files. */
function connectionsDropped(settings: Settings): AlertOptions {
  const { over } = settings.alerts.NginxConnectionsDropped;
  const increase = (what: string) =>
    `increase(nginx_connections_${what}{${JOB}}${scrapeWindow(settings, over)})`;
  return {
    name: "NginxConnectionsDropped",
    expr: `sum by (${BY_SERVICE}) (${increase("accepted")} - ${increase("handled")}) > 0`,
    severity: "critical",
    summary: "nginx on {{ $labels.host }} drops connections",
    description:
      `nginx gave up {{ printf "%.0f" $value }} connections in ${prometheusDuration(over)} (limit 0), ` +
      "because it has no more connections or files to open. Visitors get no answer at all.",
    dashboard: "resources",
  };
}

function nginxRow(): Row {
  const of = (name: string) => `nginx_${name}{env=~"$env",host=~"$host",${JOB}}`;
  const rate = (name: string) => `rate(${of(name)}[$__rate_interval])`;
  return {
    title: "nginx",
    panels: [
      timeSeries({
        title: "Requests to nginx",
        unit: "reqps",
        width: 8,
        queries: [metric(rate("http_requests_total"), "{{host}}")],
      }),
      timeSeries({
        title: "Connections of nginx",
        unit: "short",
        width: 8,
        queries: ["reading", "writing", "waiting"].map((state) =>
          metric(of(`connections_${state}`), `{{host}} ${state}`),
        ),
      }),
      timeSeries({
        title: "Connections that nginx dropped",
        unit: "short",
        width: 8,
        queries: [
          metric(`${rate("connections_accepted")} - ${rate("connections_handled")}`, "{{host}}"),
        ],
        description: "Over 0, nginx is out of connections or of files to open.",
      }),
    ],
  };
}
