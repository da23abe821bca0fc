import { needsPassword, SMTP_PASSWORD_FILE } from "./services/alertmanager";
import { ADMIN_PASSWORD_FILE } from "./services/grafana";
import type { Settings } from "./settings/settings";

/** A secret setting and the file in which a server reads it. */
export interface RequiredSecret {
  /** Key below `sightline:`. */
  readonly key: "smtpPassword" | "grafanaAdminPassword";
  readonly file: string;
  /** What it is, in words for an error. */
  readonly purpose: string;
  /** Shortest value that is accepted, in characters. */
  readonly minLength: number;
}

/** Secret settings, one key each: a secret inside a group would hide the whole group in a preview. */
export const SECRET_KEYS: readonly string[] = ["smtpPassword", "grafanaAdminPassword"];

/** The secrets that these settings cannot do without. */
export function requiredSecrets(settings: Settings): readonly RequiredSecret[] {
  const smtp = {
    key: "smtpPassword",
    file: SMTP_PASSWORD_FILE,
    purpose: "the password of the mail account mail.username",
    minLength: 1,
  } as const;
  const grafana = {
    key: "grafanaAdminPassword",
    file: ADMIN_PASSWORD_FILE,
    purpose: "the password of Grafana's admin",
    minLength: 12,
  } as const;
  return [
    ...(needsPassword(settings) ? [smtp] : []),
    ...(settings.grafana.enabled ? [grafana] : []),
  ];
}
