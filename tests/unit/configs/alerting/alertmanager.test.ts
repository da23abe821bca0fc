import { quietHours } from "../../../../configs/alerting/quiet-hours";
import { receivers } from "../../../../configs/alerting/receivers";
import { routingTree } from "../../../../configs/alerting/routes";
import { gather } from "../../../../configs/gathered";
import { placedSpecs, specsOn } from "../../../../configs/hosts";
import { alertmanagerConfig } from "../../../../configs/services/alertmanager";
import type { Settings } from "../../../../configs/settings/settings";
import { devSettings, prodSettings, type Raw } from "../../../support/fixtures";

const ALL_CHANNELS: Raw = {
  slack: { channel: "#alerts" },
  telegram: { chatId: -42 },
  webhook: { maxAlerts: 10 },
  deadMansSwitch: { repeatEvery: "5m" },
};

function configOf(settings: Settings) {
  return alertmanagerConfig(settings, gather(settings, placedSpecs(settings)));
}

function specOf(settings: Settings) {
  return specsOn(settings, "monitoring").find(({ name }) => name === "alertmanager");
}

describe("mail", () => {
  it("goes to the catcher in dev, without account", () => {
    expect(configOf(devSettings()).global).toEqual({
      smtp_smarthost: "mail-catcher:1025",
      smtp_from: "sightline@dev.invalid",
      smtp_require_tls: false,
    });
  });

  it("goes by an account whose password is in a file alone", () => {
    expect(configOf(prodSettings()).global).toEqual({
      smtp_smarthost: "mail.shop.test:587",
      smtp_from: "sightline@shop.test",
      smtp_require_tls: true,
      smtp_auth_username: "sightline",
      smtp_auth_password_file: "/run/sightline/current/smtp-password",
    });
  });

  it("goes without password where there is no account", () => {
    const settings = prodSettings({ mail: { username: undefined } });
    expect(configOf(settings).global).not.toHaveProperty("smtp_auth_password_file");
    expect(specOf(settings)?.secretFiles).toEqual([]);
  });

  it("goes to everybody on the list, when it fires and when it is over", () => {
    const settings = prodSettings({ mail: { to: ["a@shop.test", "b@shop.test"] } });
    const texts = {
      send_resolved: true,
      headers: { Subject: '{{ template "sightline.subject" . }}' },
      html: '{{ template "sightline.html" . }}',
      text: '{{ template "sightline.text" . }}',
    };
    expect(receivers(settings).find(({ name }) => name === "mail")?.email_configs).toEqual([
      { to: "a@shop.test", ...texts },
      { to: "b@shop.test", ...texts },
    ]);
  });
});

describe("the routing tree", () => {
  it("of mail alone: critical alerts soon and again after 4 h, the rest with more patience", () => {
    expect(routingTree(devSettings())).toEqual({
      receiver: "mail",
      group_by: ["alertname", "env", "host", "site"],
      group_wait: "30s",
      group_interval: "1m",
      repeat_interval: "1d",
      routes: [
        { receiver: "nobody", matchers: ['alertname="Watchdog"'] },
        { receiver: "nobody", matchers: ['severity="none"'] },
        {
          receiver: "mail",
          matchers: ['severity="critical"'],
          group_wait: "5s",
          group_interval: "30s",
          repeat_interval: "4h",
        },
        { receiver: "mail", matchers: ['severity="warning"'] },
        { receiver: "nobody", matchers: ['severity="info"'] },
      ],
    });
  });

  it("calls the dead man's switch at its own pace, and never a moment too late for it", () => {
    const { routes = [] } = routingTree(devSettings({ alerting: ALL_CHANNELS }));
    expect(routes[0]).toEqual({
      receiver: "dead-mans-switch",
      matchers: ['alertname="Watchdog"'],
      group_wait: "0s",
      group_interval: "5m",
      repeat_interval: "4m30s",
    });
  });

  it("mutes in quiet hours what is not critical", () => {
    const { routes = [] } = routingTree(devSettings({ alerting: { quietHours: {} } }));
    expect(routes.map((route) => [route.matchers?.[0], route.mute_time_intervals])).toEqual([
      ['alertname="Watchdog"', undefined],
      ['severity="none"', undefined],
      ['severity="critical"', undefined],
      ['severity="warning"', ["quiet-hours"]],
      ['severity="info"', ["quiet-hours"]],
    ]);
  });
});

describe("the receivers", () => {
  const settings = devSettings({ alerting: ALL_CHANNELS });
  const all = new Map(receivers(settings).map((receiver) => [receiver.name, receiver]));

  it("are those that the routes name", () => {
    expect([...all.keys()]).toEqual([
      "mail+slack+telegram+webhook",
      "dead-mans-switch",
      "nobody",
      "mail",
      "slack",
    ]);
  });

  it("read URLs and tokens from files", () => {
    const folder = "/run/sightline/current";
    expect(all.get("mail+slack+telegram+webhook")).toMatchObject({
      slack_configs: [
        { api_url_file: `${folder}/slack-webhook-url`, channel: "#alerts", send_resolved: true },
      ],
      telegram_configs: [
        { bot_token_file: `${folder}/telegram-bot-token`, chat_id: -42, send_resolved: true },
      ],
      webhook_configs: [{ url_file: `${folder}/webhook-url`, max_alerts: 10, send_resolved: true }],
    });
    expect(specOf(settings)?.secretFiles).toEqual([
      "slack-webhook-url",
      "telegram-bot-token",
      "webhook-url",
      "dead-mans-switch-url",
    ]);
  });

  it("do not tell the dead man's switch that the Watchdog is over: a call is a sign of life", () => {
    expect(all.get("dead-mans-switch")).toEqual({
      name: "dead-mans-switch",
      webhook_configs: [
        { url_file: "/run/sightline/current/dead-mans-switch-url", send_resolved: false },
      ],
    });
  });
});

describe("the way out of the host", () => {
  it.each([
    ["mail to the catcher", devSettings(), ["data"]],
    ["mail by an account", prodSettings(), ["data", "egress"]],
    [
      "Slack beside the catcher",
      devSettings({ alerting: { slack: { channel: "#a" } } }),
      ["data", "egress"],
    ],
    ["a dead man's switch", devSettings({ alerting: { deadMansSwitch: {} } }), ["data", "egress"]],
  ] as const)("of %s", (_name, settings, networks) => {
    expect(specOf(settings)?.networks).toEqual(networks);
  });
});

describe("quiet hours", () => {
  const of = (hours: Raw) =>
    quietHours(devSettings({ alerting: { quietHours: hours, timezone: "Europe/Berlin" } }));
  const location = "Europe/Berlin";

  it("of a night are an evening and the morning of the next day", () => {
    expect(of({ from: "22:00", to: "07:00", days: ["friday", "sunday"] })).toEqual([
      {
        name: "quiet-hours",
        time_intervals: [
          {
            times: [{ start_time: "22:00", end_time: "24:00" }],
            weekdays: ["friday", "sunday"],
            location,
          },
          {
            times: [{ start_time: "00:00", end_time: "07:00" }],
            weekdays: ["saturday", "monday"],
            location,
          },
        ],
      },
    ]);
  });

  it.each([
    ["12:00", "13:30", [["12:00", "13:30"]]],
    ["00:00", "24:00", [["00:00", "24:00"]]],
    ["22:00", "00:00", [["22:00", "24:00"]]],
    ["22:00", "24:00", [["22:00", "24:00"]]],
    [
      "22:00",
      "07:00",
      [
        ["22:00", "24:00"],
        ["00:00", "07:00"],
      ],
    ],
  ])("from %s to %s, every day", (from, to, expected) => {
    expect(of({ from, to })[0]?.time_intervals).toEqual(
      expected.map(([start_time, end_time]) => ({ times: [{ start_time, end_time }], location })),
    );
  });

  it("are not there where none are set", () => {
    expect(quietHours(devSettings())).toEqual([]);
  });
});
