import type { Dashboard } from "../dashboards/dashboard";
import { LOKI, PROMETHEUS } from "../dashboards/data-sources";
import { CONFIG_PATH, type Files, SECRETS_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { toJson, toYaml } from "../yaml";

/** Name of the secret file that holds the admin's password. */
export const ADMIN_PASSWORD_FILE = "grafana-admin-password";

const DATA_SOURCES_FILE = "provisioning/datasources/sightline.yml";
const PROVIDER_FILE = "provisioning/dashboards/sightline.yml";

/** Shows what Prometheus and Loki know. Everything in it is provisioned; its own data is sessions and stars. */
export function grafanaSpec(settings: Settings, dashboards: readonly Dashboard[]): ServiceSpec {
  const { publish } = settings;
  return {
    name: "grafana",
    kind: "Grafana",
    image: "grafana/grafana:13.1.3",
    user: "472:0",
    port: 3000,
    environment: {
      GF_PATHS_PROVISIONING: `${CONFIG_PATH}/provisioning`,
      GF_SECURITY_ADMIN_PASSWORD__FILE: `${SECRETS_PATH}/${ADMIN_PASSWORD_FILE}`,
      GF_SERVER_ROOT_URL: `http://${publish.address}:${publish.grafana}/`,
      GF_LOG_MODE: "console",
      GF_ANALYTICS_REPORTING_ENABLED: "false",
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
      GF_PLUGINS_PREINSTALL_DISABLED: "true",
      GF_USERS_ALLOW_SIGN_UP: "false",
    },
    networks: ["data"],
    publish: [{ containerPort: 3000, hostPort: publish.grafana, hostAddress: publish.address }],
    volumes: [{ role: "data", path: "/var/lib/grafana" }],
    temporaryPaths: ["/tmp"],
    health: {
      command: ["CMD", "curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:3000/api/health"],
    },
    memoryMegabytes: 512,
    stopGraceSeconds: 30,
    configuration: {
      files: () => grafanaFiles(dashboards),
      // Dashboards are polled; data sources are read at the start.
      restartOn: [DATA_SOURCES_FILE, PROVIDER_FILE],
    },
    secretFiles: [ADMIN_PASSWORD_FILE],
    monitoring: { scrape: {} },
  };
}

function grafanaFiles(dashboards: readonly Dashboard[]): Files {
  const dashboardFiles = dashboards.map((dashboard) => [
    `dashboards/${dashboard.uid}.json`,
    toJson(dashboard),
  ]);
  return {
    [DATA_SOURCES_FILE]: toYaml(dataSources()),
    [PROVIDER_FILE]: toYaml(dashboardProvider()),
    ...(Object.fromEntries(dashboardFiles) as Files),
  };
}

function dataSources() {
  const common = { access: "proxy", editable: false };
  return {
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        ...common,
        name: "Prometheus",
        ...PROMETHEUS,
        url: "http://prometheus:9090",
        isDefault: true,
        jsonData: { httpMethod: "POST" },
      },
      { ...common, name: "Loki", ...LOKI, url: "http://loki:3100" },
    ],
  };
}

function dashboardProvider() {
  return {
    apiVersion: 1,
    providers: [
      {
        name: "sightline",
        folder: "Sightline",
        type: "file",
        // An edit in the browser would be lost at the next deployment, so it is not offered.
        allowUiUpdates: false,
        disableDeletion: true,
        updateIntervalSeconds: 10,
        options: { path: `${CONFIG_PATH}/dashboards` },
      },
    ],
  };
}
