import { wgetHealth } from "../health";
import { CONFIG_PATH, SECRETS_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { toYaml } from "../yaml";
import { MAIL_CATCHER_SMARTHOST } from "./mail-catcher";

const FILE = "alertmanager.yml";
/** Name of the secret file that holds the mail account's password. */
export const SMTP_PASSWORD_FILE = "smtp-password";

/** Groups, routes and sends alerts. */
export function alertmanagerSpec(settings: Settings): ServiceSpec {
  const { publish } = settings;
  return {
    name: "alertmanager",
    kind: "Alertmanager",
    image: "prom/alertmanager:v0.31.1",
    user: "65534:65534",
    port: 9093,
    args: [
      `--config.file=${CONFIG_PATH}/${FILE}`,
      "--storage.path=/alertmanager",
      // One instance: no gossip port.
      "--cluster.listen-address=",
      `--web.external-url=http://${publish.address}:${publish.alertmanager}/`,
    ],
    networks: ["data", ...(settings.mail.kind === "smtp" ? (["egress"] as const) : [])],
    publish: [
      { containerPort: 9093, hostPort: publish.alertmanager, hostAddress: publish.address },
    ],
    volumes: [{ role: "data", path: "/alertmanager" }],
    health: wgetHealth(9093, "/-/ready"),
    memoryMegabytes: 128,
    stopGraceSeconds: 30,
    configuration: {
      files: () => ({ [FILE]: toYaml(alertmanagerConfig(settings)) }),
      reloadPath: "/-/reload",
    },
    ...(needsPassword(settings) ? { secretFiles: [SMTP_PASSWORD_FILE] } : {}),
    monitoring: { scrape: {} },
  };
}

/** Whether mail is sent by an account that has a password. */
export function needsPassword({ mail }: Settings): boolean {
  return mail.kind === "smtp" && mail.username !== undefined;
}

export function alertmanagerConfig(settings: Settings) {
  return {
    global: smtp(settings),
    route: {
      receiver: "mail",
      group_by: ["alertname", "env", "site", "host"],
      group_wait: "30s",
      group_interval: "1m",
      repeat_interval: "24h",
      routes: [
        { receiver: "nobody", matchers: ['alertname="Watchdog"'] },
        {
          receiver: "mail",
          matchers: ['severity="critical"'],
          // Part of the promise "a mail within two probes": see docs/adr/0006.
          group_wait: "5s",
          group_interval: "30s",
          repeat_interval: "4h",
        },
      ],
    },
    inhibit_rules: [
      {
        // What a dead page drags down is no news of its own.
        source_matchers: ['alertname="WebsiteDown"'],
        target_matchers: ['alertname="ApiDown"'],
        equal: ["env", "site"],
      },
    ],
    receivers: [
      { name: "nobody" },
      {
        name: "mail",
        email_configs: settings.mail.to.map((to) => ({ to, send_resolved: true, headers })),
      },
    ],
  };
}

const headers = {
  Subject:
    "[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }}: " +
    "{{ range $i, $alert := .Alerts }}{{ if $i }}; {{ end }}{{ $alert.Annotations.summary }}{{ end }}",
};

function smtp({ mail, environment }: Settings) {
  if (mail.kind === "catcher") {
    return {
      smtp_smarthost: MAIL_CATCHER_SMARTHOST,
      smtp_from: `sightline@${environment}.invalid`,
      smtp_require_tls: false,
    };
  }
  return {
    smtp_smarthost: mail.smarthost,
    smtp_from: mail.from,
    smtp_require_tls: mail.requireTls,
    ...(mail.username
      ? {
          smtp_auth_username: mail.username,
          smtp_auth_password_file: `${SECRETS_PATH}/${SMTP_PASSWORD_FILE}`,
        }
      : {}),
  };
}
