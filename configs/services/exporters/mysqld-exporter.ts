import type { Row } from "../../dashboards/dashboard";
import { timeSeries } from "../../dashboards/panels";
import { metric } from "../../dashboards/query";
import { connectionsNearLimit, connectionsPanel } from "../../exporters/connections";
import { exporterContainer, networksToSite } from "../../exporters/container";
import type { ContainerExporter } from "../../exporters/exporter";
import { serverDown } from "../../exporters/server-down";
import { wgetHealth } from "../../health";
import { type RuleGroup, ruleGroup } from "../../rules/rule";
import { secretFileName, secretPath } from "../../secrets";
import { group } from "../../settings/fields";
import { accountName, serverAddress } from "../../settings/formats";
import type { Settings } from "../../settings/settings";

interface Options {
  /** `host:port`, as containers of the site reach it. */
  readonly address: string;
  /** A user of its own; its password is the secret `mysqlPassword`. */
  readonly username: string;
}

const TOOL = "mysqld-exporter";
const JOB = `job="${TOOL}"`;
const PORT = 9104;

/** Connections and queries of MySQL or MariaDB. */
export const mysqldExporter: ContainerExporter<Options> = {
  tool: TOOL,
  settings: group({
    address: serverAddress("mysql:3306"),
    username: accountName("sightline"),
  }),
  spec: (settings, host, { address, username }) => ({
    ...exporterContainer(settings, host, { tool: TOOL, port: PORT }),
    kind: "MysqldExporter",
    image: "prom/mysqld-exporter:v0.19.0",
    user: "65534:65534",
    args: [
      `--mysqld.address=${address}`,
      `--mysqld.username=${username}`,
      `--config.my-cnf=${secretPath("mysqlPassword")}`,
    ],
    networks: networksToSite(settings, host),
    health: wgetHealth(PORT, "/"),
    secretFiles: [secretFileName("mysqlPassword")],
    secretTexts: {
      [secretFileName("mysqlPassword")]: (secret) => `[client]\npassword=${secret}\n`,
    },
    secretsReloadPath: "/-/reload",
    monitoring: { scrape: {}, ruleGroups: [mysqlRules(settings)] },
  }),
  row: mysqlRow,
};

const CONNECTIONS = {
  name: "MysqlConnectionsNearLimit",
  server: "MySQL",
  job: JOB,
  taken: (matchers: string) =>
    `mysql_global_status_threads_connected{${matchers}} / mysql_global_variables_max_connections{${matchers}}`,
} as const;

function mysqlRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: TOOL,
    evaluator: "prometheus",
    alerts: [
      serverDown(settings, { name: "MysqlDown", up: `mysql_up{${JOB}}`, server: "MySQL" }),
      connectionsNearLimit(settings, CONNECTIONS),
    ],
  });
}

function mysqlRow(settings: Settings): Row {
  const rate = (name: string) =>
    `rate(mysql_global_status_${name}{env=~"$env",host=~"$host",${JOB}}[$__rate_interval])`;
  return {
    title: "MySQL",
    panels: [
      connectionsPanel(settings, CONNECTIONS),
      timeSeries({
        title: "Queries of MySQL",
        unit: "reqps",
        width: 8,
        queries: [
          metric(rate("queries"), "{{host}}"),
          metric(rate("slow_queries"), "{{host}} slow"),
        ],
      }),
      timeSeries({
        title: "Connections that MySQL gave up",
        unit: "reqps",
        width: 8,
        queries: [
          metric(rate("aborted_connects"), "{{host}} not let in"),
          metric(rate("aborted_clients"), "{{host}} not closed"),
        ],
      }),
    ],
  };
}
