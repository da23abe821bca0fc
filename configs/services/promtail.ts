import { bashHealth } from "../health";
import { NO_LOGS_LABEL, SERVICE_LABEL, STACK_LABEL } from "../labels";
import { type LogSource, logSources } from "../pipelines";
import { type HostRole, isOneHost, publishedToPeers } from "../placement";
import { CONFIG_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { toYaml } from "../yaml";
import { DOCKER_API_URL } from "./socket-proxy";

const FILE = "promtail.yml";
const POSITIONS_PATH = "/var/lib/promtail";

/** Where the site's log folders are on the monitoring host when they come over NFS (seed 004). */
export function nfsMountPoint(directory: LogSource["directory"]): string {
  return `/mnt/${directory}-logs`;
}

/** On the app host: reads the site's log files where they are written. */
export function appPromtailSpec(settings: Settings): ServiceSpec {
  return promtailSpec({
    settings,
    host: "app",
    name: "app-promtail",
    fileSources: true,
    folderOf: (directory) => settings.logs.directories[directory],
  });
}

/** On the monitoring host: reads this stack's own containers, and the site's files if they come by NFS. */
export function monitoringPromtailSpec(settings: Settings): ServiceSpec {
  return promtailSpec({
    settings,
    host: "monitoring",
    name: "promtail",
    fileSources: settings.logs.route === "nfs",
    folderOf: nfsMountPoint,
  });
}

interface PromtailOptions {
  readonly settings: Settings;
  readonly host: HostRole;
  readonly name: string;
  /** Whether it reads the site's log files. */
  readonly fileSources: boolean;
  /** The host's folder for a log directory. */
  readonly folderOf: (directory: LogSource["directory"]) => string;
}

function promtailSpec(options: PromtailOptions): ServiceSpec {
  const { settings, host, name, fileSources, folderOf } = options;
  const directories = [...new Set(logSources.map(({ directory }) => directory))];
  const readsDocker = host === "monitoring";
  return {
    name,
    tool: "promtail",
    kind: "Promtail",
    image: "grafana/promtail:3.5.0",
    user: "0:0",
    rootReason: "reads log files whose owner and mode are the site's business",
    port: 9080,
    args: [`-config.file=${CONFIG_PATH}/${FILE}`],
    networks: [
      "data",
      ...(readsDocker ? (["sock"] as const) : []),
      // The app host's agent pushes to another host.
      ...(host === "monitoring" || isOneHost(settings) ? [] : (["egress"] as const)),
    ],
    publish:
      host === "app" ? publishedToPeers(settings, "app", { container: 9080, host: 9080 }) : [],
    volumes: [{ role: "positions", path: POSITIONS_PATH }],
    hostMounts: fileSources
      ? directories.map((directory) => ({
          source: folderOf(directory),
          target: nfsMountPoint(directory),
        }))
      : [],
    temporaryPaths: ["/tmp"],
    // Not /ready: that fails while the site has written no log yet.
    health: bashHealth(9080, "/metrics"),
    memoryMegabytes: 192,
    stopGraceSeconds: 30,
    configuration: {
      usesLinks: true,
      files: ({ lokiPushUrl }) => ({
        [FILE]: toYaml({
          ...promtailBase(lokiPushUrl),
          scrape_configs: [
            ...(fileSources ? logSources.map((source) => fileJob(settings, source)) : []),
            ...(readsDocker ? [dockerJob(settings)] : []),
          ],
        }),
      }),
      reloadPath: "/reload",
    },
    monitoring: { scrape: {} },
  };
}

function promtailBase(lokiPushUrl: string) {
  return {
    server: {
      http_listen_port: 9080,
      grpc_listen_port: 0,
      log_level: "warn",
      enable_runtime_reload: true,
    },
    positions: { filename: `${POSITIONS_PATH}/positions.yaml` },
    clients: [
      {
        url: lokiPushUrl,
        batchwait: "1s",
        // 0 retries for ever: Loki may be away for an hour without a line being dropped.
        backoff_config: { min_period: "500ms", max_period: "30s", max_retries: 0 },
      },
    ],
  };
}

function fileJob({ environment }: Settings, source: LogSource) {
  return {
    job_name: `${source.directory}-${source.labels.log_type}`,
    static_configs: [
      {
        targets: ["localhost"],
        labels: {
          env: environment,
          host: "app",
          ...source.labels,
          __path__: `${nfsMountPoint(source.directory)}/${source.file}`,
        },
      },
    ],
    pipeline_stages: [...source.stages, { labeldrop: ["filename"] }],
  };
}

/** Standard output of this stack's own containers, found through the read-only Docker API. */
function dockerJob({ environment, prefix }: Settings) {
  const meta = (label: string) => `__meta_docker_container_label_${label.replace(/\W/g, "_")}`;
  return {
    job_name: "docker",
    docker_sd_configs: [
      {
        host: DOCKER_API_URL,
        refresh_interval: "15s",
        filters: [{ name: "label", values: [`${STACK_LABEL}=${prefix}`] }],
      },
    ],
    relabel_configs: [
      { source_labels: [meta(NO_LOGS_LABEL)], regex: "off", action: "drop" },
      { source_labels: [meta(SERVICE_LABEL)], target_label: "service" },
      { target_label: "job", replacement: "docker" },
      { target_label: "log_type", replacement: "stdout" },
      { target_label: "env", replacement: environment },
      { target_label: "host", replacement: "monitoring" },
    ],
  };
}
