import { CHANNEL_SECRETS, leavesTheHost } from "../alerting/channels";
import { inhibitions } from "../alerting/inhibitions";
import { mailServer } from "../alerting/mail-server";
import { quietHours } from "../alerting/quiet-hours";
import { receivers } from "../alerting/receivers";
import { routingTree } from "../alerting/routes";
import { messageTemplates } from "../alerting/templates";
import { centralPort, publishedPage } from "../central";
import type { Gathered, Gathering } from "../gathered";
import { wgetHealth } from "../health";
import { pageUrl, routePrefix } from "../pages";
import { alertmanagerRules } from "../rules/alertmanager";
import { secretFiles, secretPath } from "../secrets";
import { CONFIG_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { toYaml } from "../yaml";

const FILE = "alertmanager.yml";
const TEMPLATES_FILE = "templates/sightline.tmpl";

/** Groups, routes and sends alerts. */
export function alertmanagerSpec(settings: Settings, gathered: Gathering): ServiceSpec {
  return {
    name: "alertmanager",
    kind: "Alertmanager",
    image: "prom/alertmanager:v0.31.1",
    user: "65534:65534",
    port: centralPort("alertmanager"),
    args: [
      `--config.file=${CONFIG_PATH}/${FILE}`,
      "--storage.path=/alertmanager",
      // One instance: no gossip port.
      "--cluster.listen-address=",
      `--web.external-url=${pageUrl(settings, "alertmanager")}/`,
      ...routePrefix(settings),
    ],
    networks: ["data", ...(leavesTheHost(settings) ? (["egress"] as const) : [])],
    publish: publishedPage(settings, "alertmanager"),
    volumes: [{ role: "data", path: "/alertmanager" }],
    health: wgetHealth(9093, "/-/ready"),
    memoryMegabytes: 128,
    stopGraceSeconds: 30,
    configuration: {
      files: () => ({
        [FILE]: toYaml(alertmanagerConfig(settings, gathered())),
        [TEMPLATES_FILE]: messageTemplates(settings),
      }),
      reloadPath: "/-/reload",
    },
    secretFiles: secretFiles(settings, [...Object.values(CHANNEL_SECRETS), "deadMansSwitchUrl"]),
    monitoring: { scrape: {}, ruleGroups: [alertmanagerRules(settings)] },
  };
}

/** The main file. Nothing in it is secret: passwords and URLs with tokens are read from files. */
export function alertmanagerConfig(settings: Settings, gathered: Gathered) {
  return {
    global: smtp(settings),
    templates: [TEMPLATES_FILE],
    route: routingTree(settings),
    time_intervals: quietHours(settings),
    inhibit_rules: inhibitions(settings, gathered),
    receivers: receivers(settings),
  };
}

function smtp(settings: Settings) {
  const { smarthost, from, requireTls, username } = mailServer(settings);
  return {
    smtp_smarthost: smarthost,
    smtp_from: from,
    smtp_require_tls: requireTls,
    ...(username
      ? {
          smtp_auth_username: username,
          smtp_auth_password_file: secretPath("smtpPassword"),
        }
      : {}),
  };
}
