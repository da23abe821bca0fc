import { secretPath } from "../secrets";
import type { Settings } from "../settings/settings";
import { type Channel, CHANNEL_SECRETS } from "./channels";
import { channelsOf, DEAD_MANS_SWITCH, NOBODY, type Route, routingTree } from "./routes";

/** A receiver of Alertmanager: a list of integrations by their kind. */
export type Receiver = { readonly name: string } & Readonly<
  Partial<Record<`${"email" | "slack" | "telegram" | "webhook"}_configs`, readonly object[]>>
>;

/** Every receiver that the routing tree names, in the order in which it does. */
export function receivers(settings: Settings): readonly Receiver[] {
  return receiverNames(routingTree(settings)).map((name) => receiver(settings, name));
}

/** Names of the receivers of a route and all below it, each once. */
export function receiverNames(route: Route): readonly string[] {
  return [...new Set([route.receiver, ...(route.routes ?? []).flatMap(receiverNames)])];
}

function receiver(settings: Settings, name: string): Receiver {
  if (name === NOBODY) return { name };
  if (name === DEAD_MANS_SWITCH) return { name, webhook_configs: [deadMansSwitch] };
  const told = channelsOf(settings, name).map((channel) => INTEGRATIONS[channel](settings));
  return Object.assign({ name }, ...told) as Receiver;
}

const deadMansSwitch = {
  url_file: secretPath("deadMansSwitchUrl"),
  // A call that says "over" would still be a call, and alerting is what just ended.
  send_resolved: false,
};

const SUBJECT = '{{ template "sightline.subject" . }}';

const INTEGRATIONS: Readonly<Record<Channel, (settings: Settings) => Omit<Receiver, "name">>> = {
  mail: ({ mail }) => ({
    email_configs: mail.to.map((to) => ({
      to,
      send_resolved: true,
      headers: { Subject: SUBJECT },
      html: '{{ template "sightline.html" . }}',
      text: '{{ template "sightline.text" . }}',
    })),
  }),
  slack: ({ alerting }) => ({
    slack_configs: [
      {
        api_url_file: secretPath(CHANNEL_SECRETS.slack),
        channel: alerting.slack?.channel,
        send_resolved: true,
        title: SUBJECT,
        title_link: "{{ .CommonAnnotations.dashboard_url }}",
        fallback: SUBJECT,
        text: '{{ template "sightline.text" . }}',
        color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
      },
    ],
  }),
  telegram: ({ alerting }) => ({
    telegram_configs: [
      {
        bot_token_file: secretPath(CHANNEL_SECRETS.telegram),
        chat_id: alerting.telegram?.chatId,
        send_resolved: true,
        // Plain text: a summary with < or _ in it must not be refused as bad markup.
        parse_mode: "",
        message: '{{ template "sightline.chat" . }}',
      },
    ],
  }),
  webhook: ({ alerting }) => ({
    webhook_configs: [
      {
        url_file: secretPath(CHANNEL_SECRETS.webhook),
        send_resolved: true,
        max_alerts: alerting.webhook?.maxAlerts,
      },
    ],
  }),
};
