import { GATEWAY_FILES } from "../gateway/credentials";
import { HEALTH_PATH, nginxConfig, RELOAD_PATH, STATUS_PORT, TLS_PORT } from "../gateway/nginx";
import { gatewayAddress, gatewayHost } from "../gateway/route";
import { RUN_SCRIPT } from "../gateway/run-script";
import { wgetHealth } from "../health";
import { pushingHosts } from "../metrics-route";
import { homeOf, isSameMachine } from "../placement";
import { gatewayRules } from "../rules/gateway";
import { CONFIG_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";

const RUN_FILE = "run.sh";

/** The only way in for agents of hosts that share no private network with the monitoring host. */
export function gatewaySpec(settings: Settings): ServiceSpec {
  const host = gatewayHost(settings);
  const goals = ["loki", ...(pushingHosts(settings).length > 0 ? ["prometheus"] : [])];
  const goesOut = goals.some((goal) => !isSameMachine(settings, host, homeOf(settings, goal)));
  return {
    name: "gateway",
    kind: "Gateway",
    image: "nginx:1.28.2-alpine",
    user: "101:101",
    port: STATUS_PORT,
    args: ["/bin/sh", `${CONFIG_PATH}/${RUN_FILE}`],
    networks: ["data", ...(goesOut ? (["egress"] as const) : [])],
    publish: [
      {
        containerPort: TLS_PORT,
        hostPort: settings.gateway.port,
        hostAddress: gatewayAddress(settings),
      },
    ],
    temporaryPaths: ["/tmp"],
    health: wgetHealth(STATUS_PORT, HEALTH_PATH),
    memoryMegabytes: 96,
    stopGraceSeconds: 15,
    configuration: {
      files: () => ({ "nginx.conf": nginxConfig(settings), [RUN_FILE]: RUN_SCRIPT }),
      reloadPath: RELOAD_PATH,
      restartOn: [RUN_FILE],
    },
    secretFiles: Object.values(GATEWAY_FILES),
    monitoring: { ruleGroups: [gatewayRules(settings)] },
  };
}
