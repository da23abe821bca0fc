import { agentFiles, promtailLogin } from "../gateway/agent";
import { bashHealth } from "../health";
import { agentSpec } from "../logs/agent-spec";
import { agentWork } from "../logs/agent-work";
import { promtailJob } from "../logs/render-promtail";
import type { HostName } from "../placement";
import { CONFIG_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { toYaml } from "../yaml";
import { dockerApiUrl } from "./socket-proxy";

const FILE = "promtail.yml";
const PORT = 9080;
const POSITIONS_PATH = "/var/lib/promtail";

/** The log agent that is asked for by default, on either host. */
export function promtailSpec(settings: Settings, host: HostName): ServiceSpec {
  const work = agentWork(settings, host);
  const jobs = work.jobs.map((job) => promtailJob(job, dockerApiUrl(settings, host)));
  return {
    ...agentSpec(settings, host, { name: "promtail", port: PORT, work }),
    kind: "Promtail",
    image: "grafana/promtail:3.5.0",
    args: [`-config.file=${CONFIG_PATH}/${FILE}`],
    volumes: [{ role: "positions", path: POSITIONS_PATH }],
    // Not /ready: that fails while the site has written no log yet.
    health: bashHealth(PORT, "/metrics"),
    memoryMegabytes: 192,
    configuration: {
      usesLinks: true,
      files: ({ lokiPushUrl }) => ({
        [FILE]: toYaml(
          promtailConfig({ url: lokiPushUrl, ...promtailLogin(settings, host) }, jobs),
        ),
        ...agentFiles(settings, host),
      }),
      reloadPath: "/reload",
    },
  };
}

function promtailConfig(client: { readonly url: string }, jobs: readonly object[]) {
  return {
    server: {
      http_listen_port: PORT,
      grpc_listen_port: 0,
      log_level: "warn",
      enable_runtime_reload: true,
    },
    positions: { filename: `${POSITIONS_PATH}/positions.yaml` },
    clients: [
      {
        ...client,
        batchwait: "1s",
        // 0 retries for ever: Loki may be away for an hour without a line being dropped.
        backoff_config: { min_period: "500ms", max_period: "30s", max_retries: 0 },
      },
    ],
    scrape_configs: jobs,
  };
}
