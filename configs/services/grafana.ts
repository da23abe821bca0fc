import { leavesTheHost } from "../alerting/channels";
import { centralAddress, centralPort, publishedPage } from "../central";
import { LOKI, PROMETHEUS } from "../dashboards/data-sources";
import type { Gathered, Gathering } from "../gathered";
import {
  ALERTING_FILES,
  alertingFiles,
  alertingSecretFiles,
  smtpEnvironment,
} from "../grafana/alerting";
import { pageUrl } from "../pages";
import { homeOf } from "../placement";
import { grafanaRules } from "../rules/grafana";
import { secretFiles, secretPath } from "../secrets";
import { CONFIG_PATH, type Files, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { toJson, toYaml } from "../yaml";

const DATA_SOURCES_FILE = "provisioning/datasources/sightline.yml";
const PROVIDER_FILE = "provisioning/dashboards/sightline.yml";

/** Shows what Prometheus and Loki know. Everything in it is provisioned; its own data is sessions and stars. */
export function grafanaSpec(settings: Settings, gathered: Gathering): ServiceSpec {
  return {
    name: "grafana",
    kind: "Grafana",
    image: "grafana/grafana:13.1.3",
    user: "472:0",
    port: centralPort("grafana"),
    environment: {
      GF_PATHS_PROVISIONING: `${CONFIG_PATH}/provisioning`,
      GF_SECURITY_ADMIN_PASSWORD__FILE: secretPath("grafanaAdminPassword"),
      GF_SERVER_ROOT_URL: `${pageUrl(settings, "grafana")}/`,
      GF_LOG_MODE: "console",
      GF_ANALYTICS_REPORTING_ENABLED: "false",
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
      GF_PLUGINS_PREINSTALL_DISABLED: "true",
      GF_USERS_ALLOW_SIGN_UP: "false",
      ...smtpEnvironment(settings),
    },
    networks: ["data", ...(leavesTheHost(settings) ? (["egress"] as const) : [])],
    publish: publishedPage(settings, "grafana"),
    volumes: [{ role: "data", path: "/var/lib/grafana" }],
    temporaryPaths: ["/tmp"],
    health: {
      command: ["CMD", "curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:3000/api/health"],
    },
    memoryMegabytes: 512,
    stopGraceSeconds: 30,
    configuration: {
      files: () => grafanaFiles(settings, gathered()),
      // Dashboards are polled; data sources and alerting are read at the start.
      restartOn: [DATA_SOURCES_FILE, PROVIDER_FILE, ...ALERTING_FILES],
    },
    secretFiles: [
      ...secretFiles(settings, ["grafanaAdminPassword"]),
      ...alertingSecretFiles(settings),
    ],
    monitoring: { scrape: {}, ruleGroups: [grafanaRules(settings)] },
  };
}

function grafanaFiles(settings: Settings, gathered: Gathered): Files {
  const dashboardFiles = gathered.dashboards.map((dashboard) => [
    `dashboards/${dashboard.uid}.json`,
    toJson(dashboard),
  ]);
  return {
    [DATA_SOURCES_FILE]: toYaml(dataSources(settings)),
    [PROVIDER_FILE]: toYaml(dashboardProvider()),
    ...alertingFiles(settings, gathered),
    ...(Object.fromEntries(dashboardFiles) as Files),
  };
}

function dataSources(settings: Settings) {
  const common = { access: "proxy", editable: false };
  const url = (service: "loki" | "prometheus") =>
    `http://${centralAddress(settings, homeOf(settings, "grafana"), service)}`;
  return {
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        ...common,
        name: "Prometheus",
        ...PROMETHEUS,
        url: url("prometheus"),
        isDefault: true,
        // Grafana assumes 15 s otherwise, and its rate intervals would be too short for slower scrapes.
        jsonData: {
          httpMethod: "POST",
          timeInterval: prometheusDuration(settings.intervals.scrape),
        },
      },
      { ...common, name: "Loki", ...LOKI, url: url("loki") },
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
