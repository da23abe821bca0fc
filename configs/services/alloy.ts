import { exporterTargets } from "../exporters/exporters";
import { HOST_EXPORTER, measuringHost } from "../exporters/in-alloy";
import { agentFiles, alloyLogin } from "../gateway/agent";
import { metricsPush } from "../gateway/metrics-push";
import { bashHealth } from "../health";
import { ALLOY_PORT } from "../logs/agent-hosts";
import { agentSpec } from "../logs/agent-spec";
import { agentWork } from "../logs/agent-work";
import { type AlloyBlock, alloyText, Reference } from "../logs/alloy-syntax";
import { alloyJob } from "../logs/render-alloy";
import { pushesMetrics } from "../metrics-route";
import { type HostName, machineOwner, type PlacedSpec, siteNetworkOn } from "../placement";
import { CONFIG_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { dockerApiUrl } from "./socket-proxy";

const FILE = "config.alloy";
const MEMORY_MEGABYTES = 384;
const RECEIVER = new Reference("loki.write.loki.receiver");
/** Not the image's own /var/lib/alloy/data: that is another user's, and root has no capability here. */
const DATA_PATH = "/var/lib/alloy-data";

/**
 * The log agent that is Promtail's successor, and the node-exporter of the machine that it is alone on.
 *
 * @param watched the host's containers, itself among them, for a host that pushes its metrics; asked
 *   when files are rendered. @default none
 */
export function alloySpec(
  settings: Settings,
  host: HostName,
  watched: () => readonly PlacedSpec[] = () => [],
): ServiceSpec {
  const measures = machineOwner(settings, host) === host;
  const agent = logReader(settings, host, () => [
    ...(measures ? [HOST_EXPORTER] : []),
    ...metricsPush(settings, host, watched()),
  ]);
  if (!measures) return agent;
  const measuring = measuringHost(settings, host, agent);
  return { ...measuring, environment: goMemoryLimit(measuring.memoryMegabytes) };
}

/** Go does not see the container's limit by itself; past it the kernel kills. */
function goMemoryLimit(megabytes: number) {
  return { GOMEMLIMIT: `${Math.floor((megabytes * 5) / 6)}MiB` };
}

function logReader(
  settings: Settings,
  host: HostName,
  metrics: () => readonly AlloyBlock[],
): ServiceSpec {
  const work = agentWork(settings, host);
  const api = dockerApiUrl(settings, host);
  const agent = agentSpec(settings, host, { name: "alloy", port: ALLOY_PORT, work });
  return {
    ...agent,
    kind: "Alloy",
    image: "grafana/alloy:v1.11.0",
    args: [
      "run",
      `--server.http.listen-addr=0.0.0.0:${ALLOY_PORT}`,
      `--storage.path=${DATA_PATH}`,
      "--disable-reporting",
      "--stability.level=generally-available",
      `${CONFIG_PATH}/${FILE}`,
    ],
    networks: [...agent.networks, ...waysToServers(settings, host)],
    environment: goMemoryLimit(MEMORY_MEGABYTES),
    volumes: [{ role: "data", path: DATA_PATH }],
    health: bashHealth(ALLOY_PORT, "/-/ready"),
    memoryMegabytes: MEMORY_MEGABYTES,
    configuration: {
      usesLinks: true,
      files: ({ lokiPushUrl }) => ({
        [FILE]: alloyText([
          { name: "logging", attributes: { level: "warn" } },
          ...metrics(),
          lokiWrite(lokiPushUrl, alloyLogin(settings, host)),
          ...work.jobs.flatMap((job) => alloyJob(job, { dockerApiUrl: api, receiver: RECEIVER })),
        ]),
        ...agentFiles(settings, host),
      }),
      reloadPath: "/-/reload",
    },
  };
}

/** Servers of the site that it reads in Prometheus' place; it has the host's way out already. */
function waysToServers(settings: Settings, host: HostName): readonly "site"[] {
  const reads = pushesMetrics(settings, host) && siteNetworkOn(settings, host) !== undefined;
  return reads && exporterTargets(settings).some((target) => target.host === host) ? ["site"] : [];
}

function lokiWrite(url: string, login: readonly AlloyBlock[]): AlloyBlock {
  return {
    name: "loki.write",
    label: "loki",
    blocks: [
      {
        name: "endpoint",
        attributes: {
          url,
          batch_wait: "1s",
          min_backoff_period: "500ms",
          max_backoff_period: "30s",
          // 0 retries for ever: Loki may be away for an hour without a line being dropped.
          max_backoff_retries: 0,
        },
        blocks: login,
      },
    ],
  };
}
