import type { Row } from "../../dashboards/dashboard";
import { timeSeries } from "../../dashboards/panels";
import { metric } from "../../dashboards/query";
import { connectionsNearLimit, connectionsPanel } from "../../exporters/connections";
import { exporterContainer, networksToSite } from "../../exporters/container";
import type { ContainerExporter } from "../../exporters/exporter";
import { serverDown } from "../../exporters/server-down";
import { wgetHealth } from "../../health";
import { type RuleGroup, ruleGroup } from "../../rules/rule";
import { BY_SERVICE } from "../../rules/window";
import { secretFileName, secretPath } from "../../secrets";
import { flag, group } from "../../settings/fields";
import { accountName, serverAddress } from "../../settings/formats";
import type { Settings } from "../../settings/settings";

interface Options {
  /** `host:port`, as containers of the site reach it. */
  readonly address: string;
  /** A role of its own; its password is the secret `postgresPassword`. */
  readonly username: string;
  /** Whether connections are encrypted. The server's certificate is not looked at. */
  readonly tls: boolean;
}

const TOOL = "postgres-exporter";
const JOB = `job="${TOOL}"`;
const PORT = 9187;

/** Connections, transactions and sizes of PostgreSQL. */
export const postgresExporter: ContainerExporter<Options> = {
  tool: TOOL,
  settings: group({
    address: serverAddress("postgres:5432"),
    username: accountName("sightline"),
    tls: flag().prefault(false),
  }),
  spec: (settings, host, { address, username, tls }) => ({
    ...exporterContainer(settings, host, { tool: TOOL, port: PORT }),
    kind: "PostgresExporter",
    image: "prometheuscommunity/postgres-exporter:v0.17.1",
    user: "65534:65534",
    // It would look for one in its folder, and say at each start that there is none.
    args: ["--config.file="],
    environment: {
      DATA_SOURCE_URI: `${address}/postgres?sslmode=${tls ? "require" : "disable"}`,
      DATA_SOURCE_USER: username,
      DATA_SOURCE_PASS_FILE: secretPath("postgresPassword"),
    },
    networks: networksToSite(settings, host),
    health: wgetHealth(PORT, "/"),
    secretFiles: [secretFileName("postgresPassword")],
    monitoring: { scrape: {}, ruleGroups: [postgresRules(settings)] },
  }),
  row: postgresRow,
};

const CONNECTIONS = {
  name: "PostgresConnectionsNearLimit",
  server: "PostgreSQL",
  job: JOB,
  taken: (matchers: string) =>
    `sum by (${BY_SERVICE}) (pg_stat_database_numbackends{${matchers}}) / ` +
    `max by (${BY_SERVICE}) (pg_settings_max_connections{${matchers}})`,
} as const;

function postgresRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: TOOL,
    evaluator: "prometheus",
    alerts: [
      serverDown(settings, { name: "PostgresDown", up: `pg_up{${JOB}}`, server: "PostgreSQL" }),
      connectionsNearLimit(settings, CONNECTIONS),
    ],
  });
}

function postgresRow(settings: Settings): Row {
  const series = `env=~"$env",host=~"$host",${JOB},datname!~"template.*|"`;
  return {
    title: "PostgreSQL",
    panels: [
      connectionsPanel(settings, CONNECTIONS),
      timeSeries({
        title: "Transactions of PostgreSQL",
        unit: "reqps",
        width: 8,
        queries: ["commit", "rollback"].map((end) =>
          metric(
            `rate(pg_stat_database_xact_${end}{${series}}[$__rate_interval])`,
            `{{host}} {{datname}} ${end}`,
          ),
        ),
      }),
      timeSeries({
        title: "Size of the databases of PostgreSQL",
        unit: "bytes",
        width: 8,
        queries: [metric(`pg_database_size_bytes{${series}}`, "{{host}} {{datname}}")],
      }),
    ],
  };
}
