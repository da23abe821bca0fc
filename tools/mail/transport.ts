import { createTransport, type Transporter } from "nodemailer";

import { mailServer } from "../../configs/alerting/mail-server";
import type { Settings } from "../../configs/settings/settings";

/** The secret with the password of the mail account. */
export const MAIL_PASSWORD_KEY = "sightline:smtpPassword";

const STEP_MS = 10_000;

/**
 * The way to the mail server of the settings, as Alertmanager takes it: TLS from the start on port 465, else
 * after STARTTLS where it must be. Whoever uses it closes it.
 *
 * @param password undefined where the settings name no account
 * @param smarthost `host:port`. @default that of the settings
 */
export function mailTransport(
  settings: Settings,
  password: string | undefined,
  smarthost = mailServer(settings).smarthost,
): Transporter {
  const { requireTls, username } = mailServer(settings);
  const { hostname: host, port } = new URL(`smtp://${smarthost}`);
  return createTransport({
    host: host.replace(/^\[|\]$/g, ""),
    port: Number(port),
    secure: port === "465",
    requireTLS: requireTls,
    ignoreTLS: !requireTls,
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? "" } }),
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
  });
}
