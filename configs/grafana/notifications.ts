import { type Channel, CHANNEL_SECRETS } from "../alerting/channels";
import { quietHours } from "../alerting/quiet-hours";
import { receiverNames } from "../alerting/receivers";
import { channelsOf, DEAD_MANS_SWITCH, NOBODY, type Route, routingTree } from "../alerting/routes";
import { type SecretKey, secretPath } from "../secrets";
import type { Settings } from "../settings/settings";

const ORGANISATION = 1;
const NEVER_TOLD = "never-told";

/** Grafana's contact points and notification policies: the same tree as Alertmanager's. */
export function grafanaNotificationFile(settings: Settings) {
  const tree = grafanaTree(settings);
  return {
    apiVersion: 1,
    contactPoints: receiverNames(tree).map((name) => ({
      orgId: ORGANISATION,
      name,
      receivers: integrations(settings, name),
    })),
    muteTimes: [neverTold, ...quietHours(settings)].map((interval) => ({
      orgId: ORGANISATION,
      ...interval,
    })),
    policies: [{ orgId: ORGANISATION, ...tree }],
  };
}

/** A contact point of Grafana tells somebody, so a route to nobody is one that is muted for ever. */
function grafanaTree(settings: Settings): Route {
  const tree = routingTree(settings);
  // Where Grafana is only the second watcher it has no Watchdog, and needs no secret of its switch.
  const hasWatchdog = settings.alerting.engine === "grafana";
  const routes = (tree.routes ?? []).filter(
    ({ receiver }) => hasWatchdog || receiver !== DEAD_MANS_SWITCH,
  );
  const silenced = routes.map((route) =>
    route.receiver === NOBODY
      ? { ...route, receiver: tree.receiver, mute_time_intervals: [NEVER_TOLD] }
      : route,
  );
  return { ...tree, routes: silenced };
}

const neverTold = {
  name: NEVER_TOLD,
  time_intervals: [{ times: [{ start_time: "00:00", end_time: "24:00" }] }],
};

function integrations(settings: Settings, name: string): readonly object[] {
  if (name === DEAD_MANS_SWITCH) {
    const url = fromFile("deadMansSwitchUrl");
    return [{ uid: name, type: "webhook", settings: { url }, disableResolveMessage: true }];
  }
  return channelsOf(settings, name).map((channel) => ({
    // Unique among all contact points; a plus is not allowed.
    uid: `${name.replaceAll("+", "-")}_${channel}`,
    ...INTEGRATIONS[channel](settings),
    disableResolveMessage: false,
  }));
}

const INTEGRATIONS: Readonly<Record<Channel, (settings: Settings) => object>> = {
  mail: ({ mail }) => ({ type: "email", settings: { addresses: mail.to.join(";") } }),
  slack: ({ alerting }) => ({
    type: "slack",
    settings: { recipient: alerting.slack?.channel, url: fromFile(CHANNEL_SECRETS.slack) },
  }),
  telegram: ({ alerting }) => ({
    type: "telegram",
    settings: {
      chatid: String(alerting.telegram?.chatId),
      bottoken: fromFile(CHANNEL_SECRETS.telegram),
    },
  }),
  webhook: ({ alerting }) => ({
    type: "webhook",
    settings: {
      url: fromFile(CHANNEL_SECRETS.webhook),
      maxAlerts: String(alerting.webhook?.maxAlerts),
    },
  }),
};

/** Grafana reads the file when it reads the provisioning, so the secret stands in neither. */
function fromFile(key: SecretKey): string {
  return `$__file{${secretPath(key)}}`;
}
