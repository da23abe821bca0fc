import { type SecretKey } from "../secrets";
import type { Settings } from "../settings/settings";

/** The ways on which an alert reaches a person. */
export type Channel = "mail" | "slack" | "telegram" | "webhook";

/** How loud an alert for people is. */
export type Loudness = "critical" | "warning" | "info";

/** The secret of each channel. */
export const CHANNEL_SECRETS = {
  mail: "smtpPassword",
  slack: "slackWebhookUrl",
  telegram: "telegramBotToken",
  webhook: "webhookUrl",
} as const satisfies Record<Channel, SecretKey>;

const LOUDEST_FIRST: readonly Loudness[] = ["critical", "warning", "info"];
const BESIDES_MAIL = ["slack", "telegram", "webhook"] as const;

/** Every channel that is configured; there is always mail. */
export function channels({ alerting }: Settings): readonly Channel[] {
  return ["mail", ...BESIDES_MAIL.filter((channel) => alerting[channel] !== undefined)];
}

/** The channels on which alerts of a severity are told. */
export function channelsFor(settings: Settings, severity: Loudness): readonly Channel[] {
  const { leastSeverity } = settings.alerting;
  return channels(settings).filter(
    (channel) => LOUDEST_FIRST.indexOf(severity) <= LOUDEST_FIRST.indexOf(leastSeverity[channel]),
  );
}

/** The channel that tells that mail fails; none where mail is the only one. */
export function secondChannel(settings: Settings): Channel | undefined {
  return settings.alerting.secondChannel ?? channels(settings)[1];
}

/** Whether anything must leave the monitoring host to reach a person or the dead man's switch. */
export function leavesTheHost(settings: Settings): boolean {
  const { mail, alerting } = settings;
  return (
    mail.kind === "smtp" || channels(settings).length > 1 || alerting.deadMansSwitch !== undefined
  );
}
