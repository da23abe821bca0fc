import { usesAcme } from "../acme/challenge";
import { ACME_SERVICE, ACME_VOLUME, DATA_PATH } from "../acme/files";
import { loggerFiles } from "../browser/logger";
import { gatewayGoals } from "../central";
import { GATEWAY_FILES } from "../gateway/credentials";
import { nginxConfig } from "../gateway/nginx";
import { portalFiles } from "../gateway/portal/portal";
import { publishedByGateway } from "../gateway/published";
import { gatewayHost, letsPeopleIn } from "../gateway/route";
import { runScript } from "../gateway/run-script";
import { ACME_METRICS_PATH, HEALTH_PATH, RELOAD_PATH, STATUS_PORT } from "../gateway/status-server";
import { wgetHealth } from "../health";
import { homeOf, isSameMachine } from "../placement";
import { gatewayRules } from "../rules/gateway";
import { CONFIG_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";

const RUN_FILE = "run.sh";

/** The only way in for agents of hosts that share no private network with the monitoring host. */
export function gatewaySpec(settings: Settings): ServiceSpec {
  const host = gatewayHost(settings);
  const goesOut = gatewayGoals(settings).some(
    (goal) => !isSameMachine(settings, host, homeOf(settings, goal)),
  );
  return {
    name: "gateway",
    kind: "Gateway",
    image: "nginx:1.28.2-alpine",
    user: "101:101",
    port: STATUS_PORT,
    args: ["/bin/sh", `${CONFIG_PATH}/${RUN_FILE}`],
    networks: ["data", ...(goesOut ? (["egress"] as const) : [])],
    publish: publishedByGateway(settings),
    ...(usesAcme(settings)
      ? { sharedVolumes: [{ service: ACME_SERVICE, role: ACME_VOLUME, path: DATA_PATH }] }
      : {}),
    temporaryPaths: ["/tmp"],
    health: wgetHealth(STATUS_PORT, HEALTH_PATH),
    memoryMegabytes: 96,
    stopGraceSeconds: 15,
    configuration: {
      files: () => ({
        "nginx.conf": nginxConfig(settings),
        [RUN_FILE]: runScript(settings),
        ...(letsPeopleIn(settings) ? portalFiles(settings) : {}),
        ...(settings.browser.enabled ? loggerFiles(settings) : {}),
      }),
      reloadPath: RELOAD_PATH,
      restartOn: [RUN_FILE],
    },
    secretFiles: [
      ...(settings.gateway.enabled ? [GATEWAY_FILES.users] : []),
      ...(settings.gateway.enabled && !usesAcme(settings) ? [GATEWAY_FILES.tls] : []),
      ...(letsPeopleIn(settings) ? [GATEWAY_FILES.people] : []),
    ],
    monitoring: {
      // The client has no server of its own; what it says lies on the volume that both have.
      ...(usesAcme(settings)
        ? { exporters: [{ job: ACME_SERVICE, metricsPath: ACME_METRICS_PATH }] }
        : {}),
      ruleGroups: settings.gateway.enabled ? [gatewayRules(settings)] : [],
    },
  };
}
