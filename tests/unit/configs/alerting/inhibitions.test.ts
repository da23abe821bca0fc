import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Inhibition } from "../../../../configs/alerting/inhibition";
import { inhibitions } from "../../../../configs/alerting/inhibitions";
import { SERVER_DOWN } from "../../../../configs/exporters/server-down";
import { gather } from "../../../../configs/gathered";
import { placedSpecs } from "../../../../configs/hosts";
import type { AlertRule } from "../../../../configs/rules/rule";
import type { Settings } from "../../../../configs/settings/settings";
import {
  devSettings,
  prodSettings,
  pushSettings,
  repositoryRoot,
  withBrowsers,
} from "../../../support/fixtures";
import { VARIANTS } from "../../../support/rule-variants";

const LOUDNESS = ["none", "info", "warning", "critical"];

const variants: readonly (readonly [name: string, settings: Settings])[] = [
  ["one host", devSettings()],
  ["two hosts and NFS", prodSettings()],
  ["every exporter", VARIANTS.exporters],
  ["two routes of logs", prodSettings({ logs: { routes: { app: "agent" } } })],
  ["a host that pushes through the gateway", pushSettings()],
  ["browsers that report", withBrowsers(pushSettings())],
  [
    "application metrics and a strict disk policy",
    devSettings({
      application: { metricsUrl: "http://backend:8000/metrics" },
      alerts: { RootDiskWatermark: { severity: "critical" } },
    }),
  ],
];

/** Whether an alert of the rule can match; a label that only its expression gives may have any value. */
function canMatch({ alert, labels }: AlertRule, matchers: readonly string[]): boolean {
  const known: Readonly<Record<string, string>> = { ...labels, alertname: alert };
  return matchers.every((matcher) => {
    const [, label = "", operator = "", value = ""] =
      /^(\w+)(=~|!~|!=|=)"(.*)"$/.exec(matcher) ?? [];
    const actual = known[label];
    if (actual === undefined) return true;
    const isEqual = operator.endsWith("~")
      ? new RegExp(`^(?:${value})$`).test(actual)
      : actual === value;
    return operator.startsWith("!") ? !isEqual : isEqual;
  });
}

/** Alerts of which a label that the rule compares is known to differ never meet. */
function canMeet(source: AlertRule, target: AlertRule, inhibition: Inhibition): boolean {
  const { equal, source_matchers } = inhibition;
  if (equal.includes("alertname") && source.alert !== target.alert) return false;
  const shared = Object.entries(target.labels).filter(([label]) => equal.includes(label));
  const labels = { ...source.labels, ...Object.fromEntries(shared) };
  return (
    shared.every(([label, value]) => (source.labels[label] ?? value) === value) &&
    canMatch({ ...source, labels }, source_matchers)
  );
}

interface Muting {
  readonly rule: string;
  readonly source: AlertRule;
  readonly target: AlertRule;
}

/** Every pair of deployed rules of which one can mute the other. */
function mutings(settings: Settings): readonly Muting[] {
  const gathered = gather(settings, placedSpecs(settings));
  const rules = gathered.ruleGroups.flatMap((group) => group.rules);
  return inhibitions(settings, gathered).flatMap((inhibition) =>
    rules
      .filter((source) => canMatch(source, inhibition.source_matchers))
      .flatMap((source) =>
        rules
          .filter((target) => target !== source && canMatch(target, inhibition.target_matchers))
          .filter((target) => canMeet(source, target, inhibition))
          .map((target) => ({ rule: inhibition.name, source, target })),
      ),
  );
}

const key = ({ alert, labels: { severity = "", host = "", service = "" } }: AlertRule) =>
  [alert, severity, host, service].filter(Boolean).join(" ");

describe.each(variants)("inhibitions of %s", (_name, settings) => {
  const all = mutings(settings);

  it("P6: mute something", () => {
    expect(all.length).toBeGreaterThan(50);
  });

  it("have a source as loud as its target: quiet hours swallow no critical alert", () => {
    const tooQuiet = all.filter(
      ({ source, target }) =>
        LOUDNESS.indexOf(source.labels.severity ?? "") <
        LOUDNESS.indexOf(target.labels.severity ?? ""),
    );
    expect(tooQuiet.map(({ rule, source, target }) => [rule, key(source), key(target)])).toEqual(
      [],
    );
  });

  it("never go round in a circle, or nobody would be told", () => {
    const targetsOf = new Map<string, Set<string>>();
    for (const { source, target } of all) {
      const targets = targetsOf.get(key(source)) ?? new Set();
      targetsOf.set(key(source), targets.add(key(target)));
    }
    const visit = (at: string, path: readonly string[]): readonly string[] | undefined => {
      if (path.includes(at)) return [...path.slice(path.indexOf(at)), at];
      for (const next of targetsOf.get(at) ?? []) {
        const circle = visit(next, [...path, at]);
        if (circle) return circle;
      }
      return undefined;
    };
    const circles = [...targetsOf.keys()].map((start) => visit(start, []));
    expect(circles.find((circle) => circle !== undefined)).toBeUndefined();
  });

  it("leave the Watchdog alone", () => {
    expect(all.map(({ target }) => target.alert)).not.toContain("Watchdog");
  });
});

it("mutes nothing on the word of a host that could not have spoken (NodeDown of the monitoring host)", () => {
  const settings = prodSettings();
  const rule = inhibitions(settings, gather(settings, placedSpecs(settings))).find(
    ({ name }) => name === "host-down",
  );
  expect(rule).toEqual({
    name: "host-down",
    source_matchers: ['alertname="NodeDown"', 'host!="monitoring"'],
    target_matchers: ['alertname!~"NodeDown|Container.+"'],
    equal: ["env", "host"],
  });
});

it("let a server's own alerts wait for its answer, where a host has its exporter", () => {
  const named = (settings: Settings, start: string) =>
    inhibitions(settings, gather(settings, placedSpecs(settings))).filter(({ name }) =>
      name.startsWith(start),
    );
  expect(named(devSettings(), "server-down")).toEqual([]);
  const redis = devSettings({
    hosts: { app: { exporters: { redis: { address: "redis:6379" } } } },
  });
  expect(named(redis, "server-down")).toEqual([
    {
      name: "server-down-1",
      source_matchers: ['alertname="RedisDown"'],
      target_matchers: ['alertname=~"RedisMemoryNearLimit|RedisConnectionsRefused"'],
      equal: ["env", "host", "service"],
    },
  ]);
  expect(named(VARIANTS.exporters, "server-down")).toHaveLength(SERVER_DOWN.length);
  expect(named(redis, "site-down-nginx")).toEqual([]);
});

it("let the site's own alert come before nginx's: it holds for longer than two checks", () => {
  const { alerts, intervals } = prodSettings();
  const untilWebsiteDownMs = 2.2 * intervals.probe + intervals.evaluation + intervals.scrape;
  expect(alerts.NginxDown.for).toBeGreaterThan(untilWebsiteDownMs);
});

it("are all in docs/alerting.md, and no others", () => {
  const rules = variants.flatMap(([, settings]) =>
    inhibitions(settings, gather(settings, placedSpecs(settings))),
  );
  // The rungs of a ladder are one line there.
  const names = new Set(rules.map(({ name }) => name.replace(/-\d+$/, "")));
  const text = readFileSync(join(repositoryRoot, "docs/alerting.md"), "utf8");
  const [, section = ""] = text.split("## One fault, one message");
  const [table = ""] = section.split("\n## ");
  const documented = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = ""]) =>
    cell.split(", ").map((name) => name.replaceAll("`", "")),
  );
  expect(documented.sort()).toEqual([...names].sort());
});
