import type { Row } from "../../dashboards/dashboard";
import { above } from "../../dashboards/limits";
import { timeSeries } from "../../dashboards/panels";
import { metric } from "../../dashboards/query";
import { connectionsPanel } from "../../exporters/connections";
import { exporterContainer, networksToSite } from "../../exporters/container";
import type { ContainerExporter } from "../../exporters/exporter";
import {
  MONGODB_CONNECTIONS,
  MONGODB_JOB,
  mongodbRules,
  replicationLagSeconds,
} from "../../exporters/mongodb-rules";
import { bashHealth } from "../../health";
import { type AlloyBlock, alloyText, Reference } from "../../logs/alloy-syntax";
import { secretFileName, secretPath } from "../../secrets";
import { CONFIG_PATH, type ServiceSpec } from "../../service-spec";
import { flag, group } from "../../settings/fields";
import { accountName, serverAddress } from "../../settings/formats";
import type { Settings } from "../../settings/settings";
import { goDuration, seconds } from "../../units";

interface Options {
  /** `host:port`, as containers of the site reach it: one server, also of a replica set. */
  readonly address: string;
  /** A user of its own; its password is the secret `mongodbPassword`. Without, it asks without a login. */
  readonly username?: string | undefined;
  /** Whether connections are encrypted. The server's certificate is not looked at. */
  readonly tls: boolean;
}

const TOOL = "mongodb-exporter";
const PORT = 9216;
const FILE = "config.alloy";
const COMPONENT = { name: "prometheus.exporter.mongodb", label: "site" } as const;
const URI = { name: "local.file", label: "uri" } as const;
const STORAGE_PATH = "/tmp";
/**
 * The exporter prints all that MongoDB answers, at each scrape and at any level of the log: it asks
 * Alloy's log whether that is wanted, which always says yes (Alloy 1.11). Its JSON begins with these.
 */
const WITHOUT_ANSWERS = [
  "/bin/bash",
  "-c",
  'exec /bin/alloy "$@" 2> >(exec grep --line-buffered -v "^[][ {}]" >&2)',
  "alloy",
];
/** Without an end of its own it would wait as long as Prometheus, which then hears nothing. */
const ANSWER_WITHIN_MS = 2_000;
/** How soon another password is read: the file is behind a link, which no watch follows. */
const SECRET_EVERY_MS = 10_000;

/**
 * Connections, operations and replication of MongoDB, by the exporter that is built into Alloy: on its
 * own it takes its password by argument or environment alone (docs/adr/0011).
 */
export const mongodbExporter: ContainerExporter<Options> = {
  tool: TOOL,
  settings: group({
    address: serverAddress("mongodb:27017"),
    username: accountName("sightline").optional(),
    tls: flag().prefault(false),
  }),
  spec: (settings, host, options) => ({
    ...exporterContainer(settings, host, { tool: TOOL, port: PORT }),
    kind: "MongodbExporter",
    image: "grafana/alloy:v1.11.0",
    user: "473:473",
    entrypoint: WITHOUT_ANSWERS,
    args: [
      "run",
      `--server.http.listen-addr=0.0.0.0:${PORT}`,
      `--storage.path=${STORAGE_PATH}`,
      "--disable-reporting",
      "--stability.level=generally-available",
      `${CONFIG_PATH}/${FILE}`,
    ],
    environment: { GOMEMLIMIT: "160MiB" },
    memoryMegabytes: 192,
    temporaryPaths: [STORAGE_PATH],
    networks: networksToSite(settings, host),
    health: bashHealth(PORT, "/-/ready"),
    configuration: {
      files: () => ({ [FILE]: alloyText(configuration(options)) }),
      reloadPath: "/-/reload",
    },
    ...(options.username === undefined ? {} : passwordFile(options, options.username)),
    monitoring: {
      scrape: { metricsPath: `/api/v0/component/${COMPONENT.name}.${COMPONENT.label}/metrics` },
      ruleGroups: [mongodbRules(settings)],
    },
  }),
  row: mongodbRow,
};

function configuration(options: Options): readonly AlloyBlock[] {
  const hasLogin = options.username !== undefined;
  const file: AlloyBlock = {
    ...URI,
    attributes: {
      filename: secretPath("mongodbPassword"),
      is_secret: true,
      detector: "poll",
      poll_frequency: goDuration(SECRET_EVERY_MS),
    },
  };
  return [
    { name: "logging", attributes: { level: "warn" } },
    ...(hasLogin ? [file] : []),
    {
      ...COMPONENT,
      attributes: {
        mongodb_uri: hasLogin ? new Reference(`${URI.name}.${URI.label}.content`) : uri(options),
        // This server and no other of its replica set.
        direct_connect: true,
        // By default it asks for everything, every collection among it, under old names as well.
        collect_all: false,
        compatible_mode: false,
        enable_diagnostic_data: true,
      },
    },
  ];
}

/** The whole address is in the file: a part of a secret cannot be put into a text. */
function passwordFile(options: Options, username: string): Partial<ServiceSpec> {
  const file = secretFileName("mongodbPassword");
  return {
    secretFiles: [file],
    secretTexts: {
      [file]: (password) => uri(options, `${username}:${encodeURIComponent(password)}@`),
    },
  };
}

function uri({ address, tls }: Options, login = ""): string {
  const within = String(ANSWER_WITHIN_MS);
  const parameters = new URLSearchParams({
    ...(login ? { authSource: "admin" } : {}),
    connectTimeoutMS: within,
    serverSelectionTimeoutMS: within,
    ...(tls ? { tls: "true", tlsInsecure: "true" } : {}),
  });
  return `mongodb://${login}${address}/?${parameters.toString()}`;
}

function mongodbRow(settings: Settings): Row {
  const series = `env=~"$env",host=~"$host",${MONGODB_JOB}`;
  return {
    title: "MongoDB",
    panels: [
      connectionsPanel(settings, MONGODB_CONNECTIONS),
      timeSeries({
        title: "Operations of MongoDB",
        unit: "reqps",
        width: 8,
        queries: [
          metric(
            `sum by (host, legacy_op_type) (rate(mongodb_ss_opcounters{${series}}[$__rate_interval]))`,
            "{{host}} {{legacy_op_type}}",
          ),
        ],
      }),
      timeSeries({
        title: "How far secondaries are behind",
        unit: "s",
        width: 8,
        queries: [metric(replicationLagSeconds(series), "{{host}} {{member_idx}}")],
        limits: above(seconds(settings.alerts.MongodbReplicationLag.above)),
        emptyText: "MongoDB is no replica set",
      }),
    ],
  };
}
