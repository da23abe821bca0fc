import { MAIL_CATCHER_SMARTHOST } from "../services/mail-catcher";
import type { Settings } from "../settings/settings";

/** How mail leaves: Alertmanager and Grafana send by the same server. */
export interface MailServer {
  /** `host:port` */
  readonly smarthost: string;
  readonly from: string;
  readonly requireTls: boolean;
  /** The account; its password is the secret `smtpPassword`. @default none */
  readonly username?: string;
}

export function mailServer({ mail, environment }: Settings): MailServer {
  if (mail.kind === "catcher") {
    const from = `sightline@${environment}.invalid`;
    return { smarthost: MAIL_CATCHER_SMARTHOST, from, requireTls: false };
  }
  const { smarthost, from, requireTls, username } = mail;
  return { smarthost, from, requireTls, ...(username ? { username } : {}) };
}
