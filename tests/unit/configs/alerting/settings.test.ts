import { requiredSecrets } from "../../../../configs/secrets";
import { SECRET_KEYS } from "../../../../configs/secrets";
import { devRaw, devSettings, prodSettings, type Raw } from "../../../support/fixtures";
import { problemsOf } from "../../../support/problems";

describe("without a word about alerting", () => {
  it("mail is the only channel, and the waits are those of the promise", () => {
    expect(devSettings().alerting).toEqual({
      engine: "alertmanager",
      runbookUrl: "docs/runbooks",
      timezone: "UTC",
      leastSeverity: {
        mail: "warning",
        slack: "warning",
        telegram: "warning",
        webhook: "warning",
      },
      grouping: {
        criticalWait: 5_000,
        criticalInterval: 30_000,
        criticalRepeat: 4 * 3_600_000,
        wait: 30_000,
        interval: 60_000,
        repeat: 24 * 3_600_000,
      },
    });
  });

  it("a stack needs the secrets of mail and Grafana alone", () => {
    expect(requiredSecrets(devSettings()).map(({ key }) => key)).toEqual(["grafanaAdminPassword"]);
    expect(requiredSecrets(prodSettings()).map(({ key, file }) => [key, file])).toEqual([
      ["smtpPassword", "smtp-password"],
      ["grafanaAdminPassword", "grafana-admin-password"],
    ]);
    const without = { mail: { username: undefined }, grafana: { enabled: false } };
    expect(requiredSecrets(prodSettings(without))).toEqual([]);
  });
});

it("quiet hours are a night where only their presence is set", () => {
  const { quietHours } = devSettings({ alerting: { quietHours: {} } }).alerting;
  expect(quietHours).toEqual({ from: "22:00", to: "07:00" });
});

type Case = readonly [name: string, alerting: Raw, message: string];

const cases: readonly Case[] = [
  [
    "an unknown engine",
    { engine: "graphana" },
    'alerting.engine: must be one of alertmanager, grafana; got "graphana". Fix: did you mean "grafana"?',
  ],
  [
    "a channel with a space",
    { slack: { channel: "the alerts" } },
    'alerting.slack.channel: must be a Slack channel; got "the alerts". Fix: for example "#alerts"',
  ],
  [
    "Slack without a channel",
    { slack: {} },
    'alerting.slack.channel: must be a Slack channel; got nothing. Fix: for example "#alerts"',
  ],
  [
    "a webhook's URL where a group belongs, which is not shown",
    { webhook: "https://hooks.test/services/T0/B0/hunter2" },
    'alerting.webhook: must be a group of keys; got "***". Fix: use one of maxAlerts',
  ],
  [
    "a secret inside a group, which is not shown",
    { slack: { channel: "#alerts", webhookUrl: "https://hooks.test/hunter2" } },
    `alerting.slack.webhookUrl: is not a setting. Fix: remove it (it has been seen), change it, and keep it as one of the secrets ${SECRET_KEYS.join(", ")}: pulumi config set --secret sightline:<secret>`,
  ],
  [
    "a chat by its name",
    { telegram: { chatId: "@ops" } },
    'alerting.telegram.chatId: must be a whole number from -1000000000000000 to 1000000000000000; got "@ops". Fix: for example -1001234567890',
  ],
  [
    "no chat",
    { telegram: { chatId: 0 } },
    "alerting.telegram.chatId: must be the number of a Telegram chat, not 0; got 0. Fix: for example -1001234567890",
  ],
  [
    "a second channel that is not configured",
    { slack: { channel: "#alerts" }, secondChannel: "telegram" },
    'alerting.secondChannel: must be a channel that is configured; got "telegram". Fix: set alerting.telegram as well, or remove it',
  ],
  [
    "mail as its own second channel",
    { secondChannel: "mail" },
    'alerting.secondChannel: must be one of slack, telegram, webhook; got "mail". Fix: for example "slack"',
  ],
  [
    "a loudness that there is not",
    { leastSeverity: { mail: "waring" } },
    'alerting.leastSeverity.mail: must be one of critical, warning, info; got "waring". Fix: did you mean "warning"?',
  ],
  [
    "a misspelt time zone",
    { timezone: "Europe/Berln" },
    'alerting.timezone: must be the name of a time zone; got "Europe/Berln". Fix: did you mean "Europe/Berlin"?',
  ],
  [
    "a time zone in small letters, which servers do not know",
    { timezone: "europe/berlin" },
    'alerting.timezone: must be the name of a time zone; got "europe/berlin". Fix: did you mean "Europe/Berlin"?',
  ],
  [
    "a time that no clock shows",
    { quietHours: { from: "25:00" } },
    'alerting.quietHours.from: must be a time of day from 00:00 to 24:00; got "25:00". Fix: for example "22:00"',
  ],
  [
    "quiet hours without length",
    { quietHours: { from: "07:00" } },
    'alerting.quietHours: must begin before midnight, and end at another time; got 07:00 to 07:00. Fix: for example { "from": "22:00", "to": "07:00" }',
  ],
  [
    "quiet hours on no day",
    { quietHours: { days: [] } },
    'alerting.quietHours.days: must name at least one day; got []. Fix: for example ["saturday", "sunday"]',
  ],
  [
    "a day that there is not",
    { quietHours: { days: ["satruday"] } },
    'alerting.quietHours.days[0]: must be one of monday, tuesday, wednesday, thursday, friday, saturday, sunday; got "satruday". Fix: did you mean "saturday"?',
  ],
  [
    "a group interval of nothing, which Alertmanager refuses",
    { grouping: { interval: "0s" } },
    'alerting.grouping.interval: must be a duration of at least 1s, written like 500ms, 60s, 1m30s or 7d; got "0s". Fix: for example "1m"',
  ],
  [
    "a repetition that comes sooner than anybody looks",
    { grouping: { criticalRepeat: "10s" } },
    'alerting.grouping.criticalRepeat: must not be shorter than grouping.criticalInterval (30s); got 10s. Fix: for example "4h"',
  ],
];

it.each(cases)("refuses %s", (_name, alerting, message) => {
  expect(problemsOf(devRaw({ alerting }))).toEqual([message]);
});

it("refuses Grafana as the engine where it is not deployed", () => {
  const raw = devRaw({ alerting: { engine: "grafana" }, grafana: { enabled: false } });
  expect(problemsOf(raw)).toEqual([
    "alerting.engine: can be grafana only where Grafana is deployed; got \"grafana\". Fix: pulumi config set --path 'sightline:grafana.enabled' true, or engine alertmanager",
  ]);
});

it.each(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Argentina/Ushuaia", "Etc/GMT+5"])(
  "takes the time zone %s",
  (timezone) => {
    expect(devSettings({ alerting: { timezone } }).alerting.timezone).toBe(timezone);
  },
);

const ALL_CHANNELS: Raw = {
  slack: { channel: "#alerts" },
  telegram: { chatId: -42 },
  webhook: {},
  deadMansSwitch: {},
};

describe("the secrets of the channels", () => {
  const secrets = new Map(
    requiredSecrets(devSettings({ alerting: ALL_CHANNELS })).map((secret) => [secret.key, secret]),
  );

  it("are required with them, each in a file of its own", () => {
    expect([...secrets.values()].map(({ key, file }) => [key, file])).toEqual([
      ["grafanaAdminPassword", "grafana-admin-password"],
      ["slackWebhookUrl", "slack-webhook-url"],
      ["telegramBotToken", "telegram-bot-token"],
      ["webhookUrl", "webhook-url"],
      ["deadMansSwitchUrl", "dead-mans-switch-url"],
    ]);
  });

  it.each([
    ["slackWebhookUrl", "https://hooks.slack.com/services/T0/B0/x", true],
    ["slackWebhookUrl", "hooks.slack.com/services/T0/B0/x", false],
    ["webhookUrl", "https://hooks.test/a b", false],
    // Grafana would read what follows as the name of a variable.
    ["webhookUrl", "https://hooks.test/a?key=pa$word", false],
    ["telegramBotToken", "42:AAF-x_y", true],
    ["telegramBotToken", "AAF-x_y", false],
  ] as const)("%s may be %s: %s", (key, value, isAccepted) => {
    expect(secrets.get(key)?.form.accepts(value, devSettings())).toBe(isAccepted);
    expect(secrets.get(key)?.form.got?.(value, devSettings())).toBeUndefined();
  });
});
