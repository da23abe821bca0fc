import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Dashboard } from "../../../configs/dashboards/dashboard";
import { gather } from "../../../configs/gathered";
import { placedSpecs } from "../../../configs/hosts";
import type { Settings } from "../../../configs/settings/settings";
import { devSettings, repositoryRoot } from "../../support/fixtures";
import { type Panel, panelsOf, variablesOf } from "../../support/queries";
import { VARIANT_NAMES, VARIANTS } from "../../support/rule-variants";

function gathered(settings: Settings) {
  return gather(settings, placedSpecs(settings));
}

function dashboardOf(settings: Settings, name: string): Dashboard {
  const found = gathered(settings).dashboards.find(({ uid }) => uid === `sightline-${name}`);
  if (!found) throw new Error(`no dashboard "${name}"`);
  return found;
}

function panelOf(settings: Settings, name: string, title: string): Panel {
  const titles = panelsOf(dashboardOf(settings, name));
  const found = titles.find((panel) => panel.title === title);
  if (found) return found;
  throw new Error(`no panel "${title}"; there are ${titles.map((one) => one.title).join("; ")}`);
}

const isOfNumbers = ({ type }: Panel) => !["row", "text", "logs"].includes(type);

describe.each(VARIANT_NAMES)("the dashboards of the stack %s", (name) => {
  const settings = VARIANTS[name];
  const { dashboards, ruleGroups, judgedByGrafana } = gathered(settings);
  const panels = dashboards.flatMap((dashboard) =>
    panelsOf(dashboard).map((panel) => ({ dashboard: dashboard.title, ...panel })),
  );

  it("are these eight, by uids that never change", () => {
    expect(dashboards.map(({ uid }) => uid).sort()).toEqual([
      "sightline-frontend",
      "sightline-logs",
      "sightline-monitoring",
      "sightline-performance",
      "sightline-resources",
      "sightline-security",
      "sightline-slo",
      "sightline-uptime",
    ]);
  });

  it("are where every alert's link leads", () => {
    const pages = dashboards.map(({ uid }) => `http://127.0.0.1:3000/d/${uid ?? ""}`);
    const linked = [...ruleGroups, ...judgedByGrafana]
      .flatMap(({ rules }) => rules)
      .map(({ annotations }) =>
        annotations.dashboard_url?.replace(/^http:\/\/[^/]+/, "http://127.0.0.1:3000"),
      );
    expect(linked.filter((url) => !pages.includes(url ?? ""))).toEqual([]);
  });

  it("have panels with a title, and with a unit and a data source where there are numbers", () => {
    expect(panels.filter(({ title }) => title.trim() === "")).toEqual([]);
    const numbers = panels.filter(isOfNumbers);
    expect(numbers.filter((panel) => !panel.fieldConfig?.defaults.unit)).toEqual([]);
    expect(numbers.filter(({ targets = [] }) => targets.length === 0)).toEqual([]);
  });

  it("ask our two data sources alone, and each panel the one that it names", () => {
    const named = panels
      .filter(({ targets }) => targets)
      .map(({ title, datasource, targets = [] }) => {
        const uids = [...new Set(targets.map((target) => target.datasource.uid))];
        return {
          title,
          panel: datasource?.uid,
          expected: uids.length > 1 ? "-- Mixed --" : uids[0],
          uids,
        };
      });
    expect(named.filter(({ panel, expected }) => panel !== expected)).toEqual([]);
    expect(new Set(named.flatMap(({ uids }) => uids))).toEqual(new Set(["prometheus", "loki"]));
  });

  it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
    "lay their panels side by side, in full lines without overlap: %s",
    (_title, dashboard) => {
      const taken = panelsOf(dashboard).flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
      );
      const bottom = Math.max(...panelsOf(dashboard).map(({ gridPos: { y, h } }) => y + h));
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.length).toBe(24 * bottom);
    },
  );

  it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
    "number their panels, so that a link to one stays right: %s",
    (_title, dashboard) => {
      const ids = panelsOf(dashboard).map(({ id }) => id);
      expect(ids).toEqual(ids.map((_, index) => index + 1));
    },
  );

  it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
    "have no variable that nothing asks for: %s",
    (_title, dashboard) => {
      const text = JSON.stringify([dashboard.panels, dashboard.templating, dashboard.annotations]);
      const unused = variablesOf(dashboard).filter(
        (variable) => !text.includes(`$${variable.name}`),
      );
      expect(unused).toEqual([]);
    },
  );

  it("link to the Logs dashboard by variables that it has", () => {
    const known = variablesOf(dashboardOf(settings, "logs")).map((variable) => variable.name);
    const links = panels.flatMap(({ fieldConfig }) => fieldConfig?.defaults.links ?? []);
    expect(links.length).toBeGreaterThan(15);
    for (const { url } of links) {
      const [page, query = ""] = url.split("?");
      const [time, environment, ...fixed] = query.split("&");
      expect([page, time, environment]).toEqual([
        "/d/sightline-logs",
        "${__url_time_range}",
        "${env:queryparam}",
      ]);
      const names = fixed.map((part) => part.replace(/^var-(\w+)=.+$/, "$1"));
      expect(names.filter((variable) => !known.includes(variable))).toEqual([]);
    }
  });

  it("fall back to a constant only where nothing failed of what there was (P10)", () => {
    const fallbacks = panels.filter(({ targets = [] }) =>
      targets.some(({ expr }) => / or /.test(expr.replace(/"[^"]*"/g, ""))),
    );
    const ofNothing = fallbacks.filter(({ targets = [] }) =>
      targets.some(({ expr }) => expr.includes("vector(")),
    );
    expect(ofNothing).toEqual([]);
    const hasMetrics = settings.application.metricsUrl !== undefined;
    expect(fallbacks.map(({ dashboard, title }) => `${dashboard ?? ""}: ${title}`)).toEqual([
      "Monitoring itself: Share of requests that fail",
      ...(hasMetrics ? ["Performance: Share of server errors"] : []),
      "SLO and golden signals: Errors: share of 5xx, in 5m",
    ]);
  });

  it("mark deployments by the making of containers, which a restart does not move (P14, P28)", () => {
    const [site, own] = dashboards[0]?.annotations.list ?? [];
    const created = "container_creation_time_seconds";
    expect([site, own]).toMatchObject([
      {
        name: "The site was deployed",
        useValueForTime: true,
        target: {
          expr: `max by (env, host, name) (${created}{env=~"$env",name!="",name!~"${settings.prefix}-.+"}) * 1000`,
        },
      },
      {
        name: "Monitoring was deployed",
        useValueForTime: true,
        target: {
          expr: `max by (env, host, name) (${created}{env=~"$env",name=~"${settings.prefix}-.+"}) * 1000`,
        },
      },
    ]);
  });
});

describe("a line on a panel", () => {
  it.each([
    ["uptime", "Duration of a check", { ProbeLatencyP95High: { above: "700ms" } }, [0.7]],
    ["uptime", "Time to first byte", { TtfbHigh: { above: "300ms" } }, [0.3]],
    [
      "performance",
      "Response time, percentiles of 5m",
      { RequestLatencyP95High: { above: "3s" } },
      [3],
    ],
    [
      "performance",
      "Share of 5xx, in 5m",
      { High5xxRate: { above: "2%", criticalAbove: "9%" } },
      [0.02, 0.09],
    ],
    ["resources", "CPU in use", { HighCPUUsage: { above: "42%" } }, [0.42]],
    [
      "resources",
      "Disk space in use",
      { HighDiskUsage: { above: "70%" }, CriticalDiskUsage: { above: "80%" } },
      [0.7, 0.8],
    ],
    ["resources", "Inodes in use", { InodesLow: { freeBelow: "20%" } }, [0.8]],
    ["monitoring", "Written but not yet read", { LogAgentLag: { above: "1MB" } }, [1_048_576]],
    [
      "slo",
      "Budget burnt fast: times the allowed rate",
      { AvailabilityBurnFast: { burn: 10 } },
      [10],
    ],
    [
      "security",
      "Requests for what is not there (404), a second, in 5m",
      { ScannerFlood: { abovePerSecond: 7 } },
      [7],
    ],
  ])("is the number of the alert's own setting: %s, %s", (name, title, alerts, expected) => {
    const { thresholds } =
      panelOf(devSettings({ alerts }), name, title).fieldConfig?.defaults ?? {};
    const values = thresholds?.steps.map(({ value }) => value);
    expect(values).toEqual([null, ...expected]);
  });

  it("is red on the bad side, and orange before it is worst", () => {
    const colours = (name: string, title: string) =>
      panelOf(devSettings(), name, title).fieldConfig?.defaults.thresholds?.steps;
    expect(colours("resources", "Disk space in use")).toEqual([
      { value: null, color: "green" },
      { value: 0.85, color: "orange" },
      { value: 0.95, color: "red" },
    ]);
    expect(colours("slo", "Good checks in the time range")).toEqual([
      { value: null, color: "red" },
      { value: 0.995, color: "green" },
    ]);
  });
});

describe("a percentile of probes", () => {
  it.each([
    ["60s", ["P50 and P95 of the last 15 checks", "P99 of the last 300 checks"]],
    ["5m", ["P50 and P95 of the last 3 checks", "P99 of the last 300 checks"]],
  ])("says of how few checks it is, one every %s (P8)", (probe, expected) => {
    const titles = panelsOf(dashboardOf(devSettings({ intervals: { probe } }), "performance"))
      .map(({ title }) => title)
      .filter((title) => title.includes("of the last"));
    expect(titles).toEqual(expected);
  });
});

describe("a panel that needs what a log may lack", () => {
  it("says so instead of staying empty, and the golden signal has two other sources", () => {
    const { fieldConfig } = panelOf(
      devSettings(),
      "performance",
      "Response time, percentiles of 5m",
    );
    expect(fieldConfig?.defaults.noValue).toBe(
      "request_time is missing: the log format has no timing (docs/logs.md). See the application's own time, or the probe's",
    );
    const { targets = [] } = panelOf(devSettings(), "slo", "Latency: P95");
    expect(targets.map(({ refId, datasource }) => `${refId} ${datasource.uid}`)).toEqual([
      "A loki",
      "B loki",
      "C prometheus",
    ]);
    expect(targets.map(({ expr }) => expr)).toEqual([
      expect.stringContaining("unwrap request_time [5m]"),
      expect.stringContaining("unwrap duration_ms [5m]"),
      expect.stringContaining("probe_duration_seconds"),
    ]);
  });

  it("takes the application's metrics as well where they are scraped", () => {
    const { targets = [] } = panelOf(VARIANTS.fastapi, "slo", "Latency: P95");
    expect(targets.at(-1)?.expr).toBe(
      'histogram_quantile(0.95, sum by (env, le) (rate(fastapi_requests_duration_seconds_bucket{env=~"$env",job="application"}[$__rate_interval])))',
    );
  });
});

describe("the share of failed requests", () => {
  it("counts every request once: those of the access log, by whatever way lines come (P24)", () => {
    const { targets = [] } = panelOf(devSettings(), "performance", "Share of 5xx, in 5m");
    const requests = '{job="nginx",log_type="access",env=~"$env"}';
    expect(targets.map(({ expr }) => expr)).toEqual([
      `sum by (env) (count_over_time(${requests} | status>=500 [5m])) / sum by (env) (count_over_time(${requests} [5m]))`,
    ]);
  });
});

describe("response times", () => {
  it("leave out what stays open by intention or was given up (P34)", () => {
    const { targets = [] } = panelOf(
      devSettings(),
      "performance",
      "Response time, percentiles of 5m",
    );
    expect(targets[1]?.expr).toBe(
      'quantile_over_time(0.95, {job="nginx",log_type="access",env=~"$env"} | status != 101 | status != 499 ' +
        '| path !~ "/ws/.*" | unwrap request_time [5m]) by (env)',
    );
  });
});

describe("time to first byte", () => {
  it("adds up the phases instead of drawing one of them (P7)", () => {
    const { targets = [] } = panelOf(devSettings(), "uptime", "Time to first byte");
    expect(targets.map(({ expr }) => expr)).toEqual([
      'sum by (env, target) (probe_http_duration_seconds{env=~"$env",job="blackbox-http",site="website",phase!="transfer"})',
    ]);
  });
});

describe("what is deployed only by a setting", () => {
  const titles = (settings: Settings, name: string) =>
    panelsOf(dashboardOf(settings, name)).map(({ title }) => title);

  it("is drawn only then: the certificate of a site with TLS", () => {
    expect(titles(VARIANTS.dev, "uptime")).not.toContain("Time left of the certificate");
    expect(titles(VARIANTS.prod, "uptime")).toContain("Time left of the certificate");
  });

  it("is drawn only then: logins, from the hosts' own logs", () => {
    expect(titles(devSettings(), "security")).not.toContain("Logins");
    expect(titles(devSettings({ logs: { system: true } }), "security")).toContain("Logins");
  });

  it("is asked by its own names: the log agent", () => {
    const lag = (settings: Settings) =>
      panelOf(settings, "monitoring", "Lines sent a second").targets?.[0]?.expr;
    expect(lag(VARIANTS.dev)).toContain(
      'promtail_sent_entries_total{env=~"$env",host=~"$host",job="promtail"}',
    );
    expect(lag(VARIANTS.alloy)).toContain(
      'loki_write_sent_entries_total{env=~"$env",host=~"$host",job="alloy"}',
    );
  });
});

describe("docs/dashboards.md", () => {
  it("names every dashboard with its uid, its question and its rows", () => {
    const rows = readFileSync(join(repositoryRoot, "docs", "dashboards.md"), "utf8")
      .split("\n")
      .filter((line) => line.includes("`sightline-"));
    const { dashboards } = gathered(devSettings());
    const expected = dashboards.map((dashboard) => {
      const titles = panelsOf(dashboard).filter(({ type }) => type === "row");
      // What a title says of the settings is different in each stack.
      const named = titles.map(({ title }) => title.replace(/(?<!signals): .*$/, ""));
      const name = dashboard.title?.replace(/: .*$/, "") ?? "";
      return `| ${name} | \`${dashboard.uid ?? ""}\` | ${dashboard.description ?? ""} | ${named.join("; ")} |`;
    });
    expect(rows.map((line) => line.replace(/ +/g, " ")).sort()).toEqual(expected.sort());
  });
});
