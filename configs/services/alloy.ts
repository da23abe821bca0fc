import { agentFiles, alloyLogin } from "../gateway/agent";
import { bashHealth } from "../health";
import { agentSpec } from "../logs/agent-spec";
import { agentWork } from "../logs/agent-work";
import { type AlloyBlock, alloyText, Reference } from "../logs/alloy-syntax";
import type { LogJob } from "../logs/job";
import { alloyJob } from "../logs/render-alloy";
import type { HostName } from "../placement";
import { CONFIG_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { dockerApiUrl } from "./socket-proxy";

const FILE = "config.alloy";
const PORT = 12_345;
/** Not the image's own /var/lib/alloy/data: that is another user's, and root has no capability here. */
const DATA_PATH = "/var/lib/alloy-data";

/** The log agent that is Promtail's successor, on either host. */
export function alloySpec(settings: Settings, host: HostName): ServiceSpec {
  const work = agentWork(settings, host);
  return {
    ...agentSpec(settings, host, { name: "alloy", port: PORT, work }),
    kind: "Alloy",
    image: "grafana/alloy:v1.11.0",
    args: [
      "run",
      `--server.http.listen-addr=0.0.0.0:${PORT}`,
      `--storage.path=${DATA_PATH}`,
      "--disable-reporting",
      "--stability.level=generally-available",
      `${CONFIG_PATH}/${FILE}`,
    ],
    // Go does not see the container's limit by itself; past it the kernel kills.
    environment: { GOMEMLIMIT: "320MiB" },
    volumes: [{ role: "data", path: DATA_PATH }],
    health: bashHealth(PORT, "/-/ready"),
    memoryMegabytes: 384,
    configuration: {
      usesLinks: true,
      files: ({ lokiPushUrl }) => ({
        [FILE]: alloyConfig(lokiPushUrl, {
          login: alloyLogin(settings, host),
          dockerApiUrl: dockerApiUrl(settings, host),
          jobs: work.jobs,
        }),
        ...agentFiles(settings, host),
      }),
      reloadPath: "/-/reload",
    },
  };
}

function alloyConfig(
  lokiPushUrl: string,
  parts: {
    readonly login: readonly AlloyBlock[];
    readonly dockerApiUrl: string;
    readonly jobs: readonly LogJob[];
  },
): string {
  const { login, dockerApiUrl, jobs } = parts;
  const receiver = new Reference("loki.write.loki.receiver");
  return alloyText([
    { name: "logging", attributes: { level: "warn" } },
    {
      name: "loki.write",
      label: "loki",
      blocks: [
        {
          name: "endpoint",
          attributes: {
            url: lokiPushUrl,
            batch_wait: "1s",
            min_backoff_period: "500ms",
            max_backoff_period: "30s",
            // 0 retries for ever: Loki may be away for an hour without a line being dropped.
            max_backoff_retries: 0,
          },
          blocks: login,
        },
      ],
    },
    ...jobs.flatMap((job) => alloyJob(job, { dockerApiUrl, receiver })),
  ]);
}
