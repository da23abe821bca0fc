import { existsSync } from "node:fs";
import { join } from "node:path";

import { ConfigError } from "../../../configs/errors";
import { gather } from "../../../configs/gathered";
import { placedSpecs } from "../../../configs/hosts";
import { containerDownRules } from "../../../configs/rules/container-down";
import { metaRules } from "../../../configs/rules/meta";
import type { AlertRule } from "../../../configs/rules/rule";
import { toolOf } from "../../../configs/service-spec";
import type { Settings } from "../../../configs/settings/settings";
import { ALERT_NAMES, type AlertName } from "../../../configs/thresholds/thresholds";
import { devSettings, prodSettings, repositoryRoot } from "../../support/fixtures";
import { renderedFile, stacks } from "../../support/render-stack";
import { metricRules, VARIANT_NAMES, VARIANTS } from "../../support/rule-variants";

function allRules(settings: Settings): readonly AlertRule[] {
  return gather(settings, placedSpecs(settings)).ruleGroups.flatMap(({ rules }) => rules);
}

function rulesOf(settings: Settings, name: AlertName): readonly AlertRule[] {
  return allRules(settings).filter(({ alert }) => alert === name);
}

function ruleOf(settings: Settings, name: AlertName): AlertRule {
  const [rule] = rulesOf(settings, name);
  if (!rule) throw new Error(`no rule ${name}`);
  return rule;
}

/** `probe_success` of one target over a window. */
function series(target: "page" | "api", window: string): string {
  return `probe_success{job="blackbox-http",site="website",target="${target}"}[${window}]`;
}

function isDown(target: "page" | "api", window: string): string {
  const probes = series(target, window);
  return `(max_over_time(${probes}) == 0 and count_over_time(${probes}) >= 2)`;
}

const INTERVALS: readonly (readonly [probe: string, window: string, forApi: string])[] = [
  // With a timeout of 1 s the margin is the timeout, or 0.2 intervals where that is less.
  ["60s", "2m1s", "1m12s"],
  ["30s", "1m1s", "36s"],
  ["2s", "4s400ms", "2s400ms"],
];

function withProbe(probe: string): Settings {
  return devSettings({ intervals: { probe, probeTimeout: "1s" } });
}

describe("WebsiteDown", () => {
  it.each(INTERVALS)("P2: with a probe every %s looks at two samples in %s", (probe, window) => {
    expect(ruleOf(withProbe(probe), "WebsiteDown").expr).toBe(isDown("page", window));
  });

  it("at the defaults looks back no longer than a second check that hangs may take", () => {
    expect(ruleOf(devSettings(), "WebsiteDown").expr).toBe(isDown("page", "2m10s"));
  });

  it("P1: fires at once: the samples are counted, not the time", () => {
    expect(ruleOf(devSettings(), "WebsiteDown").for).toBeUndefined();
  });
});

describe("ApiDown", () => {
  it.each(INTERVALS)(
    "with a probe every %s stays quiet while the page is down",
    (probe, window) => {
      expect(ruleOf(withProbe(probe), "ApiDown").expr).toBe(
        `${isDown("api", window)} unless on (env, site) ${isDown("page", window)}`,
      );
    },
  );

  it.each(INTERVALS)(
    "with a probe every %s waits one more probe of the page",
    (probe, _window, forApi) => {
      expect(ruleOf(withProbe(probe), "ApiDown").for).toBe(forApi);
    },
  );
});

describe("ProbeMissing", () => {
  it("P12: is there once for each target, with the labels that absent() cannot give", () => {
    const labels = { severity: "critical", env: "dev", site: "website" };
    expect(rulesOf(devSettings(), "ProbeMissing").map((rule) => [rule.expr, rule.labels])).toEqual([
      [
        'absent(probe_success{job="blackbox-http",site="website",target="page"})',
        { ...labels, target: "page", instance: "http://application:80" },
      ],
      [
        'absent(probe_success{job="blackbox-http",site="website",target="api"})',
        { ...labels, target: "api", instance: "http://application:80/api/health" },
      ],
    ]);
  });

  it("waits three probes", () => {
    expect(rulesOf(withProbe("2s"), "ProbeMissing").map((rule) => rule.for)).toEqual(["6s", "6s"]);
  });
});

describe("ContainerDown", () => {
  it("P36: is there for every container that is deployed but cAdvisor, which cannot tell", () => {
    const settings = stacks.dev;
    const containers = rulesOf(settings, "ContainerDown").map(({ labels }) => labels.service);
    const deployed = placedSpecs(settings).map(({ spec }) => spec.name);
    expect(containers).toEqual(deployed.filter((name) => name !== "cadvisor"));
    expect(deployed).toContain("cadvisor");
  });

  it("P12: asks the cAdvisor of the container's host, and only while that one answers", () => {
    const placed = placedSpecs(stacks.prod).filter(({ spec }) => toolOf(spec) === "socket-proxy");
    const { rules } = containerDownRules(stacks.prod, placed);
    expect(rules.map(({ expr, labels }) => [expr, labels])).toEqual(
      [
        ["monitoring", "socket-proxy"],
        ["app", "app-socket-proxy"],
      ].map(([host, service]) => [
        `absent(container_last_seen{job="cadvisor",host="${host}",name="prod-${service}"}) ` +
          `and on () up{job="cadvisor",host="${host}"} == 1`,
        {
          severity: "critical",
          env: "prod",
          host,
          service,
          container: `prod-${service}`,
        },
      ]),
    );
  });

  it("on one host asks the only cAdvisor there is about the app host's containers", () => {
    const rule = rulesOf(stacks.dev, "ContainerDown").find(({ labels }) => labels.host === "app");
    expect(rule?.expr).toContain('container_last_seen{job="cadvisor",host="monitoring",');
  });
});

describe("TargetDown", () => {
  const excluded = (settings: Settings) => {
    const rule = metaRules(settings).rules.find(({ alert }) => alert === "TargetDown");
    return /^up\{job!~"(.*)"\} == 0$/.exec(rule?.expr ?? "")?.[1]?.split("|");
  };

  it("P4: leaves out what has an alert of its own", () => {
    expect(excluded(devSettings())).toEqual([
      "alertmanager",
      "application",
      "blackbox-http",
      "grafana",
      "loki",
      "node-exporter",
    ]);
  });

  it("takes in again what has none because it is switched off", () => {
    const settings = devSettings({ alerts: { NodeDown: { enabled: false } } });
    expect(excluded(settings)).not.toContain("node-exporter");
  });
});

describe("which alerts there are", () => {
  const names = (settings: Settings) => new Set(allRules(settings).map(({ alert }) => alert));

  it.each<[what: string, without: Settings, withIt: Settings, alerts: readonly AlertName[]]>([
    [
      "certificates where the site is probed by https",
      stacks.dev,
      stacks.prod,
      ["TlsExpirySoon", "TlsExpiryVerySoon", "TlsExpired"],
    ],
    ["a bucket where there is one", stacks.dev, stacks.prod, ["LokiObjectStoreErrors"]],
    ["NFS where logs come by it", stacks.dev, stacks.prod, ["NfsMountStale"]],
    [
      "Grafana where it is deployed",
      devSettings({ grafana: { enabled: false } }),
      stacks.dev,
      ["GrafanaDown", "GrafanaRequestsFailing"],
    ],
    [
      "the application's metrics where they are scraped",
      stacks.dev,
      VARIANTS.prod,
      ["AppTargetDown", "AppErrorRateHigh", "AppLatencyP95High"],
    ],
  ])("P36: on %s, and nowhere else", (_, without, withIt, alerts) => {
    expect(alerts.filter((alert) => names(without).has(alert))).toEqual([]);
    expect(alerts.filter((alert) => !names(withIt).has(alert))).toEqual([]);
  });

  it("all that the tables of numbers name are judged by somebody", () => {
    const judged = new Set(VARIANT_NAMES.flatMap((name) => [...names(VARIANTS[name])]));
    const watched = metricRules("dev").map(({ alert }) => alert);
    const known = new Set([...judged, ...watched]);
    expect(ALERT_NAMES.filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(["HighCPUUsage", "ContainerDown", "LokiDown"] as const)(
    "%s can be switched off",
    (name) => {
      const settings = devSettings({ alerts: { [name]: { enabled: false } } });
      expect(rulesOf(settings, name)).toEqual([]);
    },
  );
});

describe("a look back", () => {
  const longest = (settings: Settings, name: AlertName) =>
    /\[(\w+)\]/.exec(ruleOf(settings, name).expr)?.[1];

  it("P33: is as long as the settings say where it holds four samples", () => {
    expect(longest(devSettings(), "HighCPUUsage")).toBe("5m");
    expect(longest(devSettings(), "ProbeLatencyP95High")).toBe("15m");
  });

  it("P33: holds four samples where these are rare", () => {
    const settings = devSettings({ intervals: { scrape: "2m", probe: "5m" } });
    expect(longest(settings, "HighCPUUsage")).toBe("8m");
    expect(longest(settings, "ProbeLatencyP95High")).toBe("20m");
  });

  it("is never longer than metrics are kept", () => {
    const kept = { metrics: { retention: "5h" } };
    expect(() => devSettings(kept)).toThrow(ConfigError);
    expect(() => devSettings(kept)).toThrow(
      "sightline:metrics.retention: must hold what the alert AvailabilityBurnSlow looks back on (6h); " +
        'got 5h. Fix: for example "7d", or pulumi config set --path ' +
        "'sightline:alerts.AvailabilityBurnSlow.enabled' false",
    );
  });

  it("of an alert that is switched off keeps nothing", () => {
    const off = Object.fromEntries(
      ["AvailabilityBurnSlow", "DiskWillFillSoon", "DiskWillFillVerySoon"].map((name) => [
        name,
        { enabled: false },
      ]),
    );
    expect(devSettings({ metrics: { retention: "5h" }, alerts: off }).metrics.retention).toBe(
      5 * 3_600_000,
    );
  });
});

describe.each(VARIANT_NAMES)("every alert of %s", (variant) => {
  const rules = [...new Set([...allRules(VARIANTS[variant]), ...metricRules(variant)])].map(
    (rule) => [rule.alert, rule] as const,
  );

  it.each(rules)("P30: %s says how loud, what, why, and what to do", (name, rule) => {
    const { annotations, labels } = rule;
    expect(Object.keys(annotations).sort()).toEqual([
      "dashboard_url",
      "description",
      "runbook_url",
      "summary",
    ]);
    expect(name).toMatch(/^([A-Z][A-Za-z0-9]+)+$/);
    expect(["critical", "warning", "info", "none"]).toContain(labels.severity);
    expect(annotations.summary?.length).toBeGreaterThan(10);
    expect(annotations.summary?.length).toBeLessThan(120);
    expect(annotations.description?.length).toBeGreaterThan(40);
    expect(annotations.runbook_url).toBe(`docs/runbooks/${name}.md`);
    expect(existsSync(join(repositoryRoot, `docs/runbooks/${name}.md`))).toBe(true);
  });
});

/** What is known to go wrong in rules that people copy; the other numbers are named where they are tested. */
describe("no rule on metrics", () => {
  const everyRule = VARIANT_NAMES.flatMap(metricRules);
  const offenders = (isMistake: (rule: AlertRule) => boolean) =>
    everyRule.filter(isMistake).map(({ alert, expr }) => `${alert}: ${expr}`);

  it.each<[mistake: string, isMistake: (rule: AlertRule) => boolean]>([
    ["P10: hides missing data behind `or vector(0)`", ({ expr }) => expr.includes("vector(0)")],
    [
      "P11: selects by labels of Kubernetes",
      ({ expr }) => /\b(container|pod|namespace)!?=/.test(expr),
    ],
    [
      "P13: waits for a time stamp to grow old",
      ({ expr }) => expr.includes("time() - container_last_seen"),
    ],
    [
      "P14: counts restarts by the time of creation",
      ({ expr }) => expr.includes("container_creation_time"),
    ],
    ["P16: takes load for use of the processor", ({ expr }) => expr.includes("node_load")],
    ["P17: sums hosts up", ({ expr }) => /\b(sum|avg|max|min|count)\s*\(/.test(expr)],
    ["P27: compares with a time before the start", ({ expr }) => /\boffset\b/.test(expr)],
    [
      "P28: looks for changes of a series that says 1",
      ({ expr }) => /changes\(\w+_info/.test(expr),
    ],
    [
      "P22: wakes somebody that all is well",
      ({ alert, labels }) => alert === "Watchdog" && labels.severity !== "none",
    ],
  ])("%s", (_, isMistake) => {
    expect(offenders(isMistake)).toEqual([]);
  });

  it("P32, P13: reads a scrape that drops it, or keeps a container's last value for five minutes", () => {
    const rendered = renderedFile(stacks.dev, "prometheus/prometheus.yml");
    expect(rendered).not.toContain("action: keep");
    expect(rendered).toMatch(/job_name: cadvisor\n\s+track_timestamps_staleness: true\n/);
    expect(rendered).not.toContain("honor_timestamps");
  });
});

describe("P21: what cannot travel through Alertmanager", () => {
  it("is not among the rules whose alerts would have to", () => {
    for (const settings of [devSettings(), prodSettings()]) {
      expect(rulesOf(settings, "AlertmanagerDown")).toEqual([]);
    }
    expect(metricRules("dev").map(({ alert }) => alert)).toContain("AlertmanagerDown");
  });
});
