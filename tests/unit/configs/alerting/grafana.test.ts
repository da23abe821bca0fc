import { load } from "js-yaml";

import { gather } from "../../../../configs/gathered";
import { merged } from "../../../../configs/grafana/merged-rule";
import { placedSpecs, specsOn } from "../../../../configs/hosts";
import type { AlertRule } from "../../../../configs/rules/rule";
import type { Settings } from "../../../../configs/settings/settings";
import { ALERT_NAMES } from "../../../../configs/thresholds/thresholds";
import { devSettings, prodSettings, type Raw } from "../../../support/fixtures";
import { firstError } from "../../../support/query-syntax";
import { renderedFile, renderStack } from "../../../support/render-stack";

/**
 * The shapes of Grafana's file provisioning, as its documentation and its reader have them
 * (pkg/services/provisioning/alerting). No Grafana has read these files here.
 */
interface Query {
  readonly refId: string;
  readonly datasourceUid: string;
  readonly model: Readonly<Record<string, unknown>>;
}

interface Rule {
  readonly uid: string;
  readonly title: string;
  readonly for: string;
  readonly noDataState: string;
  readonly execErrState: string;
  readonly data: readonly [Query, Query];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly interval: string; readonly rules: readonly Rule[] }[];
  readonly deleteRules: readonly { readonly uid: string }[];
}

interface Policy {
  readonly receiver: string;
  readonly matchers?: readonly string[];
  readonly mute_time_intervals?: readonly string[];
  readonly routes?: readonly Policy[];
}

interface NotificationFile {
  readonly contactPoints: readonly {
    readonly name: string;
    readonly receivers: readonly {
      readonly uid: string;
      readonly type: string;
      readonly settings: object;
    }[];
  }[];
  readonly muteTimes: readonly { readonly name: string }[];
  readonly policies: readonly Policy[];
}

const rulesOf = (settings: Settings) =>
  load(renderedFile(settings, "grafana/provisioning/alerting/rules.yml")) as RuleFile;
const notificationsOf = (settings: Settings) =>
  load(
    renderedFile(settings, "grafana/provisioning/alerting/notifications.yml"),
  ) as NotificationFile;

const CHANNELS: Raw = {
  slack: { channel: "#alerts" },
  telegram: { chatId: -42 },
  webhook: {},
  deadMansSwitch: {},
};
const asEngine = devSettings({ alerting: { engine: "grafana", quietHours: {}, ...CHANNELS } });

function grafanaOf(settings: Settings) {
  const spec = specsOn(settings, "monitoring").find(({ name }) => name === "grafana");
  if (!spec) throw new Error("these settings deploy no Grafana");
  return spec;
}

describe("Grafana as the second watcher", () => {
  const { groups, deleteRules } = rulesOf(devSettings());
  const rules = groups.flatMap((group) => group.rules);

  it("judges what Alertmanager cannot report of itself, and nothing else (P21)", () => {
    expect(rules.map(({ uid, title, for: forText }) => [uid, title, forText])).toEqual([
      ["sightline-AlertmanagerDown", "AlertmanagerDown", "2m"],
      ["sightline-NotificationsFailing", "NotificationsFailing", "5m"],
    ]);
    expect(gather(devSettings(), placedSpecs(devSettings())).ruleGroups.length).toBeGreaterThan(10);
  });

  it("fires where the query finds a value, also 0, and says so when it cannot ask", () => {
    const [rule] = rules;
    expect(rule?.data).toEqual([
      {
        refId: "A",
        datasourceUid: "prometheus",
        relativeTimeRange: { from: 600, to: 0 },
        model: {
          refId: "A",
          datasource: { type: "prometheus", uid: "prometheus" },
          expr: 'up{job="alertmanager"} == 0 or absent(up{job="alertmanager"})',
          instant: true,
          range: false,
        },
      },
      {
        refId: "B",
        datasourceUid: "__expr__",
        relativeTimeRange: { from: 0, to: 0 },
        model: {
          refId: "B",
          datasource: { type: "__expr__", uid: "__expr__" },
          type: "math",
          expression: "is_number($A) || is_inf($A)",
        },
      },
    ]);
    expect([rule?.noDataState, rule?.execErrState]).toEqual(["OK", "Error"]);
  });

  it("deletes every rule that it had as the engine", () => {
    const kept = ["AlertmanagerDown", "NotificationsFailing"];
    expect(deleteRules.map(({ uid }) => uid)).toEqual(
      ALERT_NAMES.filter((name) => !kept.includes(name)).map((name) => `sightline-${name}`),
    );
  });

  it("tells by the same mail server, with the password in a file", () => {
    expect(grafanaOf(prodSettings()).environment).toMatchObject({
      GF_SMTP_ENABLED: "true",
      GF_SMTP_HOST: "mail.shop.test:587",
      GF_SMTP_FROM_ADDRESS: "sightline@shop.test",
      GF_SMTP_STARTTLS_POLICY: "MandatoryStartTLS",
      GF_SMTP_USER: "sightline",
      GF_SMTP_PASSWORD__FILE: "/run/sightline/current/smtp-password",
    });
    expect(grafanaOf(prodSettings()).secretFiles).toEqual([
      "grafana-admin-password",
      "smtp-password",
    ]);
    expect(grafanaOf(prodSettings()).networks).toEqual(["data", "egress"]);
  });

  it("has no call for the dead man's switch: two callers would hide the death of one", () => {
    const settings = devSettings({ alerting: CHANNELS });
    expect(renderedFile(settings, "grafana/provisioning/alerting/notifications.yml")).not.toContain(
      "dead-mans-switch",
    );
    expect(grafanaOf(settings).secretFiles).not.toContain("dead-mans-switch-url");
  });

  it("is not there where Grafana is not", () => {
    const settings = devSettings({ grafana: { enabled: false } });
    expect(gather(settings, placedSpecs(settings)).judgedByGrafana).toEqual([]);
    expect(
      Object.keys(renderStack(settings)).filter((path) => path.startsWith("grafana/")),
    ).toEqual([]);
  });
});

describe("Grafana as the engine", () => {
  const { groups, deleteRules } = rulesOf(asEngine);
  const rules = groups.flatMap((group) => group.rules);
  const before = gather(devSettings(), placedSpecs(devSettings())).ruleGroups.flatMap(
    (group) => group.rules,
  );

  it("judges every rule but those about itself, one for each name", () => {
    const expected = new Set(["AlertmanagerDown", ...before.map(({ alert }) => alert)]);
    expected.delete("GrafanaDown");
    expected.delete("GrafanaRequestsFailing");
    expect(rules.map(({ title }) => title).sort()).toEqual([...expected].sort());
    expect(deleteRules.map(({ uid }) => uid)).toEqual(
      ALERT_NAMES.filter((name) => !expected.has(name)).map((name) => `sightline-${name}`),
    );
  });

  it("leaves those to Prometheus and Alertmanager, which have no others", () => {
    const { ruleGroups } = gather(asEngine, placedSpecs(asEngine));
    expect(ruleGroups.map(({ name, rules: own }) => [name, own.map(({ alert }) => alert)])).toEqual(
      [["grafana", ["GrafanaDown", "GrafanaRequestsFailing"]]],
    );
  });

  it("asks every server in its own language, with queries that parse", () => {
    for (const { title, data } of rules) {
      const [{ datasourceUid, model }] = data;
      const evaluator = datasourceUid as "prometheus" | "loki";
      expect([title, firstError(evaluator, String(model.expr))]).toEqual([title, undefined]);
      expect([title, model.queryType ?? model.instant]).toEqual([
        title,
        evaluator === "loki" ? "instant" : true,
      ]);
    }
    expect(new Set(rules.map(({ data: [{ datasourceUid }] }) => datasourceUid)).size).toBe(2);
  });

  it("uses titles and uids that Grafana takes: unique, of at most 40 characters", () => {
    const uids = rules.map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids.filter((uid) => !/^[\w-]{1,40}$/.test(uid))).toEqual([]);
  });

  it("evaluates at a multiple of the scheduler's ten seconds", () => {
    expect([...new Set(groups.map(({ interval }) => interval))]).toEqual(["20s"]);
  });

  it("reads the value where Grafana keeps it, and nothing where it would look for a variable", () => {
    const texts = rules.flatMap(({ annotations }) => Object.values(annotations));
    expect(texts.filter((text) => /\$value\b/.test(text))).toEqual([]);
    expect(texts.some((text) => text.includes("$values.A.Value | humanizePercentage"))).toBe(true);
    // Unlike annotations, labels are searched for variables of the environment.
    const labels = rules.flatMap((rule) => Object.values(rule.labels));
    expect(labels.filter((value) => value.includes("$"))).toEqual([]);
  });

  it("lets the Watchdog fall silent when Prometheus cannot be asked", () => {
    const states = Object.fromEntries(rules.map((rule) => [rule.title, rule.execErrState]));
    expect([states.Watchdog, states.WebsiteDown]).toEqual(["OK", "Error"]);
  });

  it("has contact points whose secrets are read from files", () => {
    const { contactPoints } = notificationsOf(asEngine);
    expect(contactPoints.map(({ name }) => name)).toEqual([
      "mail+slack+telegram+webhook",
      "dead-mans-switch",
      "mail",
      "slack",
    ]);
    expect(contactPoints[0]?.receivers).toEqual([
      {
        uid: "mail-slack-telegram-webhook_mail",
        type: "email",
        settings: { addresses: "ops@example.com" },
        disableResolveMessage: false,
      },
      {
        uid: "mail-slack-telegram-webhook_slack",
        type: "slack",
        settings: {
          recipient: "#alerts",
          url: "$__file{/run/sightline/current/slack-webhook-url}",
        },
        disableResolveMessage: false,
      },
      {
        uid: "mail-slack-telegram-webhook_telegram",
        type: "telegram",
        settings: {
          chatid: "-42",
          bottoken: "$__file{/run/sightline/current/telegram-bot-token}",
        },
        disableResolveMessage: false,
      },
      {
        uid: "mail-slack-telegram-webhook_webhook",
        type: "webhook",
        settings: { url: "$__file{/run/sightline/current/webhook-url}", maxAlerts: "0" },
        disableResolveMessage: false,
      },
    ]);
    const uids = contactPoints.flatMap(({ receivers }) => receivers.map(({ uid }) => uid));
    expect(uids.filter((uid) => !/^[\w-]{1,40}$/.test(uid))).toEqual([]);
    expect(new Set(uids).size).toBe(uids.length);
  });

  it("names in its policies only contact points and mute times that are there", () => {
    const { contactPoints, muteTimes, policies } = notificationsOf(asEngine);
    const all = policies.flatMap((policy) => [policy, ...(policy.routes ?? [])]);
    const names = contactPoints.map(({ name }) => name);
    expect(all.filter(({ receiver }) => !names.includes(receiver))).toEqual([]);
    const mutes = all.flatMap((policy) => policy.mute_time_intervals ?? []);
    expect([...new Set(mutes)].sort()).toEqual(muteTimes.map(({ name }) => name).sort());
  });

  it("never tells a person what nobody is to be told", () => {
    const [root] = notificationsOf(asEngine).policies;
    const muted = root?.routes?.filter(({ mute_time_intervals }) =>
      mute_time_intervals?.includes("never-told"),
    );
    expect(muted?.map(({ matchers }) => matchers)).toEqual([
      ['severity="none"'],
      ['severity="info"'],
    ]);
  });
});

describe("rules of one name", () => {
  const rule = (labels: AlertRule["labels"], text: string): AlertRule => ({
    alert: "ProbeMissing",
    expr: `absent(x{target="${labels.target ?? ""}"})`,
    for: "3m",
    labels: { env: "dev", ...labels },
    annotations: { summary: text, runbook_url: "docs/ProbeMissing.md" },
  });

  it("become one, whose series carry the labels and whose texts follow them", () => {
    const page = rule({ target: "page", severity: "critical" }, "no page");
    const api = rule({ target: "api", severity: "critical" }, "no API: $5");
    expect(merged([page, api])).toEqual({
      alert: "ProbeMissing",
      expr: [
        'label_replace((absent(x{target="page"})), "target", "page", "target", ".*")',
        "or",
        'label_replace((absent(x{target="api"})), "target", "api", "target", ".*")',
      ].join("\n"),
      for: "3m",
      labels: { env: "dev", severity: "critical" },
      annotations: {
        summary:
          '{{ if and (eq $labels.target "page") }}no page' +
          '{{ else if and (eq $labels.target "api") }}no API: $5{{ end }}',
        runbook_url: "docs/ProbeMissing.md",
      },
    });
  });

  it("that differ in how long they must hold are a mistake in the rules", () => {
    const page = rule({ target: "page" }, "no page");
    expect(() => merged([page, { ...page, for: "4m" }])).toThrow(
      "the rules ProbeMissing differ in how long they must hold",
    );
  });
});
