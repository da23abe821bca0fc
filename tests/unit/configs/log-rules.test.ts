import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parser } from "@grafana/lezer-logql";

import { gather } from "../../../configs/gathered";
import { placedSpecs } from "../../../configs/hosts";
import { BROWSER_FORMAT } from "../../../configs/logs/browser";
import { FORMATS } from "../../../configs/logs/formats";
import { logRuleGroups } from "../../../configs/rules/log-rules";
import type { AlertRule } from "../../../configs/rules/rule";
import { lokiConfig, lokiSpec } from "../../../configs/services/loki";
import { parseDuration } from "../../../configs/units";
import { devSettings, prodSettings, repositoryRoot, withBrowsers } from "../../support/fixtures";
import { LOG_FIELDS, LOG_LABELS } from "../../support/loki-lines";
import { renderStack, stackCases } from "../../support/render-stack";

function rulesOf(settings = devSettings()): readonly AlertRule[] {
  return logRuleGroups(withBrowsers(settings)).flatMap(({ rules }) => rules);
}

const rules = rulesOf().map((rule) => [rule.alert, rule] as const);
const named = (name: string) => rulesOf().filter(({ alert }) => alert === name);

/** What a query asks for: labels in its stream selectors, and fields behind them. */
function askedFor(query: string): { readonly labels: Set<string>; readonly fields: Set<string> } {
  const asked = { labels: new Set<string>(), fields: new Set<string>() };
  parser.parse(query).iterate({
    enter: ({ node }) => {
      if (node.type.isError) throw new Error(`no LogQL at ${node.from}: ${query}`);
      if (node.name !== "Identifier") return;
      const name = query.slice(node.from, node.to);
      const isStream = node.parent?.parent?.name === "Matchers" || node.parent?.name === "Labels";
      (isStream ? asked.labels : asked.fields).add(name);
    },
  });
  return asked;
}

/** The windows that a query looks back over, in milliseconds. */
function windowsOf({ expr }: AlertRule): readonly number[] {
  return [...expr.matchAll(/\[(\w+)\]/g)].map(([, window = ""]) => parseDuration(window) ?? 0);
}

describe("the rules on logs", () => {
  it("are these, each as loud as people need it", () => {
    expect(rules.map(([name, { labels }]) => `${name}: ${labels.severity ?? ""}`)).toEqual([
      "HighErrorRate: critical",
      "High5xxRate: warning",
      "High5xxRate: critical",
      "Http5xxBurst: critical",
      "RequestLatencyP95High: warning",
      "SlowRequestShare: warning",
      "Client499Spike: warning",
      "TrafficDrop: warning",
      "ScannerFlood: info",
      "NginxUpstreamErrors: critical",
      "NginxErrorLogBurst: warning",
      "NginxLogsMissing: critical",
      "UnhandledExceptions: critical",
      "AppErrorBurst: warning",
      "DbConnectionErrors: critical",
      "AppLogsMissing: warning",
      "CeleryTaskFailures: warning",
      "CeleryWorkerLost: critical",
      "CeleryBrokerLost: critical",
      "CeleryTimeLimit: warning",
      "CeleryStalled: warning",
      "RedisPersistenceFailed: critical",
      "RedisRestarted: warning",
      "RedisMemoryPressure: warning",
      "JsErrorSpike: warning",
      "JsErrorRatio: warning",
      "PageLoadP95High: info",
      "RumSilent: info",
    ]);
  });

  it.each(rules)("%s asks only for labels and fields that lines have", (_, { expr }) => {
    const { labels, fields } = askedFor(expr);
    expect([...labels].filter((name) => !LOG_LABELS.some((label) => label === name))).toEqual([]);
    expect([...fields].filter((name) => !LOG_FIELDS.some((field) => field === name))).toEqual([]);
  });

  it("take their fields from those that the formats of the agents give", () => {
    const formats = [...Object.values(FORMATS), BROWSER_FORMAT];
    const given: readonly string[] = formats.flatMap(({ fields }) => fields);
    expect(LOG_FIELDS.filter((field) => !given.includes(field))).toEqual([]);
  });

  it.each(rules)("%s keeps env and host, and looks at no other stack's lines", (_, { expr }) => {
    const selectors = [...expr.matchAll(/\{[^}]*\}/g)].map(([selector]) => selector);
    expect(selectors.filter((selector) => !selector.startsWith('{env="dev",'))).toEqual([]);
    const sums = expr.match(/\b(sum|quantile_over_time)\b/g) ?? [];
    const groupings = expr.match(/by \(env, host\)/g) ?? [];
    // absent_over_time() takes them from the selector.
    if (sums.length === 0) expect(selectors).toEqual([expect.stringContaining('host="app"')]);
    else expect(groupings.length).toBe(sums.length);
  });

  it.each(rules)(
    "%s never counts a line that came by way of Docker as well (P24)",
    (_, { expr }) => {
      const jobs = [...expr.matchAll(/\{[^}]*\}/g)].map(([selector]) =>
        /job="(\w+)"/.exec(selector),
      );
      expect(jobs.length).toBeGreaterThan(0);
      expect(
        jobs.filter((job) => !["nginx", "app", "redis", "frontend"].includes(job?.[1] ?? "")),
      ).toEqual([]);
    },
  );

  it.each(rules)("%s looks back long enough for lines that come late (P33, P35)", (_, rule) => {
    expect(Math.min(...windowsOf(rule))).toBeGreaterThanOrEqual(300_000);
  });

  it.each(rules)("%s does not hide missing data behind a zero (P10)", (_, { expr }) => {
    expect(expr).not.toContain("vector(");
  });

  it.each([
    "HighErrorRate",
    "High5xxRate",
    "SlowRequestShare",
    "Client499Spike",
    "TrafficDrop",
    "JsErrorRatio",
  ])("%s is a share, and wants a number of requests (P9)", (name) => {
    for (const { expr } of named(name)) {
      expect(expr).toContain(" / ");
      expect(expr).toMatch(/ and sum by \(env, host\) \(count_over_time\(.*\)\) >= \d+$/);
    }
  });

  it("leave out paths that stay open by intention, as many as are set (P34)", () => {
    const withPaths = (exceptPaths: string) =>
      rulesOf(devSettings({ alerts: { RequestLatencyP95High: { exceptPaths } } }))
        .filter(({ alert }) => ["RequestLatencyP95High", "SlowRequestShare"].includes(alert))
        .map(({ expr }) => new Set(expr.match(/path !~ "[^"]*"/g)));
    expect(withPaths("/ws/ /api/v1.0/events")).toEqual([
      new Set(['path !~ "/ws/.*|/api/v1[.]0/events.*"']),
      new Set(['path !~ "/ws/.*|/api/v1[.]0/events.*"']),
    ]);
    expect(withPaths("")).toEqual([new Set(), new Set()]);
  });

  it("want more visits before silence is news, where fewer sessions report", () => {
    const silence = (sessions: string) =>
      rulesOf(devSettings({ browser: { sessions } })).filter(({ alert }) => alert === "RumSilent");
    expect(silence("100%").map(({ expr }) => expr)).toEqual([expect.stringContaining(" > 50 and")]);
    expect(silence("3%").map(({ expr }) => expr)).toEqual([expect.stringContaining(" > 1667 and")]);
    expect(silence("0%")).toEqual([]);
  });

  it("wait for five probes where those are rare", () => {
    const settings = devSettings({ intervals: { probe: "10m" } });
    const missing = rulesOf(settings).filter(({ alert }) => alert === "NginxLogsMissing");
    expect(missing.map(windowsOf)).toEqual([[5 * 600_000]]);
  });
});

describe("every number of a rule on logs", () => {
  /** Something of each kind that a parameter can be, other than any default. */
  const OTHERS = ["7%", "7m", 7, "/other/", "warning"];
  const names = [...new Set(rules.map(([name]) => name))];
  const parameters = names.flatMap((name) =>
    Object.keys(devSettings().alerts[name])
      .filter((parameter) => parameter !== "enabled")
      .map((parameter) => ({ name, parameter })),
  );

  it.each(parameters)("$name.$parameter can be set, and changes the rule", (changed) => {
    const { name, parameter } = changed;
    const accepted = OTHERS.flatMap((value) => {
      try {
        return [devSettings({ alerts: { [name]: { [parameter]: value } } })];
      } catch {
        return [];
      }
    });
    expect(accepted.length).toBeGreaterThan(0);
    for (const settings of accepted) expect(rulesOf(settings)).not.toEqual(rulesOf());
  });

  it.each(names)("%s can be switched off", (name) => {
    const left = rulesOf(devSettings({ alerts: { [name]: { enabled: false } } }));
    expect(left).toEqual(rulesOf().filter(({ alert }) => alert !== name));
  });
});

describe("Loki's ruler", () => {
  const ruler = {
    rule_path: "/tmp/rules",
    poll_interval: "10s",
    alertmanager_url: "http://alertmanager:9093",
    enable_alertmanager_v2: true,
    ring: { kvstore: { store: "inmemory" } },
    external_url: "http://127.0.0.1:3000",
    datasource_uid: "loki",
  };
  const local = { directory: "/etc/sightline/current/rules" };

  it("reads local files, whose place has another key where logs go to a bucket", () => {
    expect(lokiConfig(devSettings(), "")).toMatchObject({
      ruler: { ...ruler, storage: { type: "local", local } },
    });
    const inBucket = lokiConfig(prodSettings(), "bucket");
    expect(inBucket).toMatchObject({ ruler_storage: { backend: "local", local } });
    expect(inBucket.ruler).toEqual(ruler);
  });

  it.each(stackCases)(
    "in %s finds its rules under the only tenant's folder (P26)",
    (_, settings) => {
      const files = Object.keys(renderStack(settings)).filter((file) =>
        file.startsWith("loki/rules/"),
      );
      expect(files).toEqual(
        logRuleGroups(settings).map(({ name }) => `loki/rules/fake/${name}.yml`),
      );
    },
  );

  it.each(stackCases)("in %s takes a changed rule without a restart", (_, settings) => {
    const [loki] = placedSpecs(settings).filter(({ spec }) => spec.name === "loki");
    expect(loki?.spec.configuration?.restartOn).toEqual(["loki.yml"]);
  });

  it("does not read of its own work: Loki's log stays out of Loki (P25)", () => {
    const settings = devSettings();
    expect(lokiSpec(settings, () => gather(settings, [])).excludeFromLogs).toBe(true);
  });
});

describe("the runbooks of the rules on logs", () => {
  const names = new Set(rules.map(([name]) => `${name}.md`));
  const folder = join(repositoryRoot, "docs/runbooks");
  const queries = readdirSync(folder)
    .filter((file) => names.has(file))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return [...text.matchAll(/'query=([^']+)'/g)].map(([, query = ""]) => ({ file, query }));
    });

  it("are there for each", () => {
    expect([...new Set(queries.map(({ file }) => file))].sort()).toEqual([...names].sort());
  });

  it.each(queries)("$file asks Loki for what lines have: $query", ({ query }) => {
    const { labels, fields } = askedFor(query);
    const known: readonly string[] = [...LOG_LABELS, ...LOG_FIELDS];
    expect([...labels, ...fields].filter((name) => !known.includes(name))).toEqual([]);
  });
});
