import { mailServer } from "../../configs/alerting/mail-server";
import { containerName } from "../../configs/docker-spec";
import { homeOf } from "../../configs/placement";
import type { Settings } from "../../configs/settings/settings";
import { containerPort } from "../mail/container-port";
import { MAIL_PASSWORD_KEY, mailTransport } from "../mail/transport";
import type { NoiseReport } from "./report";
import { reportHtml, reportSubject, reportText } from "./report-text";

/** How a stack's mail leaves, when it is not Alertmanager who sends it. */
export interface MailWay {
  /** A secret of the settings in plain text; undefined where it is not set. */
  readonly secret: (key: string) => Promise<string | undefined>;
}

/**
 * Mails a report to the recipients of alerts, by the stack's mail server or into its catcher.
 *
 * @returns where it went, for people
 * @throws Error where the server does not take it
 */
export async function mailReport(
  settings: Settings,
  report: NoiseReport,
  { secret }: MailWay,
): Promise<string> {
  const { smarthost, username } = mailServer(settings);
  if (settings.mail.kind === "catcher") {
    const container = containerName(settings, "mail-catcher");
    const [, port] = smarthost.split(":");
    const host = homeOf(settings, "mail-catcher");
    const way = await containerPort(settings, { host, container, port: Number(port) });
    try {
      return await send(settings, report, { smarthost: way.address });
    } finally {
      await way.close();
    }
  }
  if (username === undefined) return send(settings, report, { smarthost });
  const password = await secret(MAIL_PASSWORD_KEY);
  if (password === undefined) {
    throw new Error(
      `${MAIL_PASSWORD_KEY}: must be set: it is the password of the mail account; got nothing. ` +
        `Fix: pulumi config set --secret ${MAIL_PASSWORD_KEY} --stack ${settings.prefix}`,
    );
  }
  return send(settings, report, { smarthost, password });
}

async function send(
  settings: Settings,
  report: NoiseReport,
  { smarthost, password }: { readonly smarthost: string; readonly password?: string },
): Promise<string> {
  const { mail, alerting } = settings;
  const transport = mailTransport(settings, password, smarthost);
  try {
    await transport.sendMail({
      from: mailServer(settings).from,
      to: [...mail.to],
      subject: reportSubject(report),
      text: reportText(report, alerting.timezone),
      html: reportHtml(report, alerting.timezone),
    });
  } finally {
    transport.close();
  }
  return `mailed to ${mail.to.join(", ")} by ${mailServer(settings).smarthost}`;
}
