import { leavesTheHost } from "../alerting/channels";
import { centralAddress, centralPort, type CentralService, publishedPage } from "../central";
import { LOKI, PROMETHEUS, PROMETHEUS_ALONE } from "../dashboards/data-sources";
import type { Gathered, Gathering } from "../gathered";
import { ADMIN_PASSWORD_SCRIPT, ADMIN_PATH } from "../grafana/admin-password";
import { alertingFiles, alertingSecretFiles, smtpEnvironment } from "../grafana/alerting";
import { PROVISIONING_PATH, PROVISIONING_SCRIPT } from "../grafana/provisioning";
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
      // Dashboards are polled.
      reloadPath: PROVISIONING_PATH,
      reloadScript: PROVISIONING_SCRIPT,
      restartOn: [PROVIDER_FILE],
    },
    secretFiles: [
      ...secretFiles(settings, ["grafanaAdminPassword"]),
      ...alertingSecretFiles(settings),
    ],
    secretsReloadPath: ADMIN_PATH,
    secretsReloadScript: ADMIN_PASSWORD_SCRIPT,
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
  const { enabled: hasLongTerm } = settings.metrics.longTerm;
  return {
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        ...common,
        name: "Prometheus",
        ...PROMETHEUS,
        url: urlOf(settings, hasLongTerm ? "thanos-query" : "prometheus"),
        isDefault: true,
        jsonData: {
          ...asPrometheus(settings),
          ...(hasLongTerm ? { prometheusType: "Thanos" } : {}),
        },
      },
      ...(hasLongTerm
        ? [
            {
              ...common,
              name: "Prometheus alone",
              ...PROMETHEUS_ALONE,
              url: urlOf(settings, "prometheus"),
              jsonData: asPrometheus(settings),
            },
          ]
        : []),
      { ...common, name: "Loki", ...LOKI, url: urlOf(settings, "loki") },
    ],
  };
}

function urlOf(settings: Settings, service: CentralService): string {
  return `http://${centralAddress(settings, homeOf(settings, "grafana"), service)}`;
}

function asPrometheus({ intervals }: Settings) {
  return {
    httpMethod: "POST",
    // Grafana assumes 15 s otherwise, and its rate intervals would be too short for slower scrapes.
    timeInterval: prometheusDuration(intervals.scrape),
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
