import { morePages } from "../rules/probes";
import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import { prometheusDuration } from "../units";
import { type Channel, channels, channelsFor, type Loudness, secondChannel } from "./channels";
import { QUIET_HOURS } from "./quiet-hours";

/** A node of the routing tree, as Alertmanager and Grafana's notification policies read it. */
export interface Route {
  readonly receiver: string;
  readonly matchers?: readonly string[];
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly mute_time_intervals?: readonly string[];
  readonly routes?: readonly Route[];
}

/** Receiver that tells nobody. */
export const NOBODY = "nobody";
/** Receiver that calls a service outside, which alarms when the calls stop. */
export const DEAD_MANS_SWITCH = "dead-mans-switch";

/** Alertmanager's names of the channels, which its metrics carry in the label `integration`. */
const INTEGRATIONS: Readonly<Record<Channel, string>> = {
  mail: "email",
  slack: "slack",
  telegram: "telegram",
  webhook: "webhook",
};

/** Name of the receiver that tells on these channels, for example `mail+slack`. */
export function receiverOf(channels: readonly Channel[]): string {
  return channels.length === 0 ? NOBODY : channels.join("+");
}

/** The channels that a receiver of that name tells on. */
export function channelsOf(settings: Settings, receiver: string): readonly Channel[] {
  return channels(settings).filter((channel) => receiver.split("+").includes(channel));
}

/** Who is told what, and how soon. Children are tried in order; the root takes what none of them takes. */
export function routingTree(settings: Settings): Route {
  const { grouping } = settings.alerting;
  return {
    // An alert that carries no severity is a mistake, which people should hear of.
    receiver: receiverOf(channelsFor(settings, "critical")),
    group_by: ["alertname", "env", "host", "site"],
    group_wait: prometheusDuration(grouping.wait),
    group_interval: prometheusDuration(grouping.interval),
    repeat_interval: prometheusDuration(grouping.repeat),
    routes: [
      watchdog(settings),
      { receiver: NOBODY, matchers: ['severity="none"'] },
      ...failingChannels(settings),
      critical(settings),
      bySeverity(settings, "warning"),
      bySeverity(settings, "info"),
    ],
  };
}

/** Always firing, so never for a person: for a service that alarms when it hears nothing. */
function watchdog({ alerting }: Settings): Route {
  const matchers = ['alertname="Watchdog"'];
  if (!alerting.deadMansSwitch) return { receiver: NOBODY, matchers };
  const { repeatEvery } = alerting.deadMansSwitch;
  return {
    receiver: DEAD_MANS_SWITCH,
    matchers,
    group_wait: "0s",
    group_interval: prometheusDuration(repeatEvery),
    // Shorter than the interval: a call that comes due a moment after it would skip every second one.
    repeat_interval: prometheusDuration(repeatEvery * 0.9),
  };
}

/** A channel cannot tell that it fails itself. Another one does; where there is none, the same one tries. */
function failingChannels(settings: Settings): readonly Route[] {
  const second = secondChannel(settings);
  if (!second) return [];
  const failing = 'alertname="NotificationsFailing"';
  const soon = urgency(settings);
  return [
    {
      receiver: receiverOf(["mail"]),
      matchers: [failing, `integration="${INTEGRATIONS[second]}"`],
      ...soon,
    },
    { receiver: receiverOf([second]), matchers: [failing], ...soon },
  ];
}

function critical(settings: Settings): Route {
  return {
    receiver: receiverOf(channelsFor(settings, "critical")),
    matchers: ['severity="critical"'],
    ...urgency(settings),
    ...ofManyPages(settings, "critical"),
  };
}

/** Part of the promise "a mail within two probes": see docs/adr/0006. */
function urgency({ alerting }: Settings) {
  const { criticalWait, criticalInterval, criticalRepeat } = alerting.grouping;
  return {
    group_wait: prometheusDuration(criticalWait),
    group_interval: prometheusDuration(criticalInterval),
    repeat_interval: prometheusDuration(criticalRepeat),
  };
}

function bySeverity(settings: Settings, severity: Loudness): Route {
  return {
    receiver: receiverOf(channelsFor(settings, severity)),
    matchers: [`severity="${severity}"`],
    ...muting(settings, severity),
    ...ofManyPages(settings, severity),
  };
}

function muting({ alerting }: Settings, severity: Loudness): Pick<Route, "mute_time_intervals"> {
  const isQuiet = alerting.quietHours && severity !== "critical";
  return isQuiet ? { mute_time_intervals: [QUIET_HOURS] } : {};
}

/** Of the site's own two URLs: these are told at once, by themselves. */
const AT_ONCE: readonly AlertName[] = ["WebsiteDown", "ApiDown"];

/**
 * Where a site has more pages, a fault of many of them is noticed by one check after the other, all of
 * an interval long. Whoever is told waits that long too, and is told once.
 */
function ofManyPages(settings: Settings, severity: Loudness): Pick<Route, "routes"> {
  if (morePages(settings).length === 0) return {};
  const { probe, evaluation } = settings.intervals;
  const { criticalWait, criticalInterval, wait, interval } = settings.alerting.grouping;
  const [usualWait, usualInterval] =
    severity === "critical" ? [criticalWait, criticalInterval] : [wait, interval];
  return {
    routes: [
      {
        receiver: receiverOf(channelsFor(settings, severity)),
        matchers: ['target!=""', `alertname!~"${AT_ONCE.join("|")}"`],
        group_wait: prometheusDuration(Math.max(usualWait, probe + evaluation)),
        group_interval: prometheusDuration(Math.max(usualInterval, 2 * probe)),
        // Not inherited: a route mutes what it tells itself.
        ...muting(settings, severity),
      },
    ],
  };
}
