import { CHANNEL_SECRETS } from "../alerting/channels";
import { mailServer } from "../alerting/mail-server";
import type { Gathered } from "../gathered";
import { secretFiles, secretPath } from "../secrets";
import type { Files } from "../service-spec";
import type { Settings } from "../settings/settings";
import { toYaml } from "../yaml";
import { grafanaRuleFile } from "./alert-rules";
import { grafanaNotificationFile } from "./notifications";

const FOLDER = "provisioning/alerting";
const NOTIFICATIONS_FILE = `${FOLDER}/notifications.yml`;
const RULES_FILE = `${FOLDER}/rules.yml`;

/** Rules that Grafana judges, and how it tells: see docs/alerting.md, "Grafana". */
export function alertingFiles(settings: Settings, { judgedByGrafana }: Gathered): Files {
  return {
    [NOTIFICATIONS_FILE]: toYaml(grafanaNotificationFile(settings)),
    [RULES_FILE]: toYaml(grafanaRuleFile(settings, judgedByGrafana)),
  };
}

/** The secret files that {@link alertingFiles} and {@link smtpEnvironment} refer to. */
export function alertingSecretFiles(settings: Settings): readonly string[] {
  const isEngine = settings.alerting.engine === "grafana";
  return secretFiles(settings, [
    ...Object.values(CHANNEL_SECRETS),
    ...(isEngine ? (["deadMansSwitchUrl"] as const) : []),
  ]);
}

/** Grafana's mail server; its environment has the path of the password and not the password. */
export function smtpEnvironment(settings: Settings): Readonly<Record<string, string>> {
  const { smarthost, from, requireTls, username } = mailServer(settings);
  return {
    GF_SMTP_ENABLED: "true",
    GF_SMTP_HOST: smarthost,
    GF_SMTP_FROM_ADDRESS: from,
    GF_SMTP_FROM_NAME: "Sightline",
    GF_SMTP_STARTTLS_POLICY: requireTls ? "MandatoryStartTLS" : "OpportunisticStartTLS",
    ...(username
      ? { GF_SMTP_USER: username, GF_SMTP_PASSWORD__FILE: secretPath("smtpPassword") }
      : {}),
  };
}
