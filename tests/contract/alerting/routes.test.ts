import { gather } from "../../../configs/gathered";
import { placedSpecs } from "../../../configs/hosts";
import type { Settings } from "../../../configs/settings/settings";
import { check } from "../../support/checker";
import { devSettings, type Raw } from "../../support/fixtures";
import { renderedFile } from "../../support/render-stack";

/** Alertmanager's own tool says where each alert of each rule goes. */
const ALL_CHANNELS: Raw = {
  slack: { channel: "#alerts" },
  telegram: { chatId: -42 },
  webhook: {},
  deadMansSwitch: {},
  leastSeverity: { mail: "info", telegram: "critical" },
};

type BySeverity = Readonly<Record<string, string>>;

const cases: readonly (readonly [name: string, alerting: Raw, expected: BySeverity])[] = [
  [
    "mail alone",
    {},
    {
      critical: "mail",
      warning: "mail",
      info: "nobody",
      none: "nobody",
      Watchdog: "nobody",
      'NotificationsFailing{integration="email"}': "mail",
    },
  ],
  [
    "mail, and a second channel",
    { webhook: {} },
    {
      critical: "mail+webhook",
      warning: "mail+webhook",
      info: "nobody",
      none: "nobody",
      Watchdog: "nobody",
      'NotificationsFailing{integration="email"}': "webhook",
      'NotificationsFailing{integration="webhook"}': "mail",
    },
  ],
  [
    "every channel, from different severities on",
    { ...ALL_CHANNELS, secondChannel: "telegram" },
    {
      critical: "mail+slack+telegram+webhook",
      warning: "mail+slack+webhook",
      info: "mail",
      none: "nobody",
      Watchdog: "dead-mans-switch",
      'NotificationsFailing{integration="email"}': "telegram",
      'NotificationsFailing{integration="slack"}': "telegram",
      'NotificationsFailing{integration="telegram"}': "mail",
    },
  ],
];

interface Row {
  readonly labels: readonly string[];
  readonly receiver: string;
}

/** Every alert of every rule that is deployed, and a made-up one for each severity. */
function rowsOf(settings: Settings, expected: BySeverity): readonly Row[] {
  const { ruleGroups } = gather(settings, placedSpecs(settings));
  const rules = ruleGroups.flatMap((group) => group.rules);
  const special = (alert: string) => Object.keys(expected).some((key) => key.startsWith(alert));
  return [
    ...rules
      .filter(({ alert }) => !special(alert))
      .map(({ alert, labels }) => ({
        labels: [`alertname=${alert}`, `severity=${labels.severity ?? ""}`],
        receiver: expected[labels.severity ?? ""] ?? "",
      })),
    ...["critical", "warning", "info", "none"].map((severity) => ({
      labels: ["alertname=Made-up", `severity=${severity}`],
      receiver: expected[severity] ?? "",
    })),
    { labels: ["alertname=Without-severity"], receiver: expected.critical ?? "" },
    ...Object.entries(expected)
      .filter(([key]) => /^[A-Z]/.test(key))
      .map(([key, receiver]) => ({ labels: specialLabels(key), receiver })),
  ];
}

/** `Name{integration="email"}` as labels; these are told by name, whatever their severity. */
function specialLabels(key: string): readonly string[] {
  const [, name = "", integration] = /^(\w+)(?:\{integration="(\w+)"\})?$/.exec(key) ?? [];
  return [
    `alertname=${name}`,
    "severity=critical",
    ...(integration ? [`integration=${integration}`] : []),
  ];
}

test.each(cases)(
  "%s: each alert goes where its severity and its name say",
  async (_name, alerting, expected) => {
    const settings = devSettings({ alerting });
    const rows = rowsOf(settings, expected);
    expect(rows.length).toBeGreaterThan(20);
    const amtool = "/bin/amtool config routes test --config.file=/check/alertmanager.yml";
    const verdict = await check({
      image: "alertmanager",
      program: "/bin/sh",
      args: ["-c", rows.map(({ labels }) => `${amtool} ${labels.join(" ")}`).join(" && ")],
      files: {
        "alertmanager.yml": renderedFile(settings, "alertmanager/alertmanager.yml"),
        "templates/sightline.tmpl": renderedFile(settings, "alertmanager/templates/sightline.tmpl"),
      },
    });
    expect(verdict.exitCode).toBe(0);
    const told = verdict.output.trim().split("\n");
    expect(rows.map(({ labels }, index) => [...labels, told[index]])).toEqual(
      rows.map(({ labels, receiver }) => [...labels, receiver]),
    );
  },
  60_000,
);
