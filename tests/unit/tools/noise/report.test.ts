import { readFileSync } from "node:fs";
import path from "node:path";

import type { History } from "../../../../tools/noise/figures";
import { reportJson, reportOf } from "../../../../tools/noise/report";
import { reportHtml, reportSubject, reportText } from "../../../../tools/noise/report-text";
import { evaluations } from "../../../support/alert-history";
import { devSettings, repositoryRoot } from "../../../support/fixtures";

const EVERY = 15_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2026, 10, 20, 6);
const TO = FROM + 7 * DAY;

const rule = (alert: string, severity: string, forMs = 0) => ({
  alert,
  severity,
  forMs,
  everyMs: EVERY,
});

/** Evaluations from some minutes after the beginning on. */
const firing = (labels: Record<string, string>, ...runs: (readonly [number, number])[]) => ({
  labels: { __name__: "ALERTS", alertstate: "firing", env: "dev", ...labels },
  firingAtMs: runs.flatMap(([minute, count]) => {
    const first = FROM + minute * MINUTE;
    return evaluations(first, first + (count - 1) * EVERY, EVERY);
  }),
});

const container = (service: string) => ({
  alertname: "ContainerDown",
  severity: "critical",
  host: "app",
  service,
});

const HISTORY: History = {
  fromMs: FROM,
  toMs: TO,
  everyMs: EVERY,
  rules: [
    rule("Watchdog", "none"),
    rule("ContainerDown", "critical", MINUTE),
    rule("HighDiskUsage", "warning", 5 * MINUTE),
    rule("NodeDown", "critical", 2 * MINUTE),
    rule("OomKill", "warning"),
  ],
  series: [
    // Nobody judged for the first fifteen minutes.
    firing({ alertname: "Watchdog", severity: "none" }, [15, (7 * DAY) / EVERY - 60]),
    firing(container("redis"), [100, 2], [300, 6], [500, 4]),
    firing(container("<nginx>"), [700, 40]),
    firing({ alertname: "HighDiskUsage", severity: "warning", host: "app" }, [
      (7 * DAY - HOUR) / MINUTE,
      240,
    ]),
    firing({ alertname: "Retired", severity: "info" }, [15, 8]),
  ],
};

const settings = devSettings();
/** What Loki and Grafana judge is shown on its own below. */
const report = { ...reportOf(settings, HISTORY), notCounted: [] };

test("the text is exactly this", () => {
  expect(reportText(report, "UTC")).toBe(`Weekly noise report: dev
2026-11-20 06:00 UTC to 2026-11-27 06:00 UTC
Prometheus judged its rules for 167h45m of 168h00m.

FIRED: 2 of 4 alerts, and 1 that is no longer there, 6 times
  ContainerDown (critical): 4 times, 3 over by themselves in under 2 min
    13m00s in all, 10m00s at the longest
    host app, service redis: 3 times, 3 over by themselves in under 2 min
    host app, service <nginx>: once
  HighDiskUsage (warning): once, still firing
    1h00m
    host app
  Retired (info): once; its rule is no longer there
    2m00s

SUGGESTIONS: 1
  3 of 4 episodes of ContainerDown were over by themselves, the longest of them after 1m30s. With sightline:alerts.ContainerDown.for 3m (now 1m) none of these 3 would have fired; the other 1 would have come 2m00s later.
    pulumi config set --path 'sightline:alerts.ContainerDown.for' 3m --stack dev

NEVER FIRED: 2 of 4 alerts
  NodeDown, OomKill
  That is not bad by itself. That a fault reaches people, npm run drill shows.
`);
});

test("docs/noise.md shows what is printed", () => {
  const others = Array.from({ length: 43 }, (_, index) => rule(`Quiet${index}`, "warning"));
  const series = HISTORY.series
    .filter(({ labels }) => labels.alertname !== "Retired")
    .map(({ labels, firingAtMs }) => {
      const service = labels.service?.replace(/[<>]/g, "");
      return { labels: { ...labels, ...(service ? { service } : {}) }, firingAtMs };
    });
  const logs = { fromMs: FROM };
  const history = { ...HISTORY, rules: [...HISTORY.rules, ...others], series, logs };
  const [shown] = reportText(reportOf(settings, history), "UTC").split("\n\nNEVER FIRED");
  const page = readFileSync(path.join(repositoryRoot, "docs/noise.md"), "utf8");
  expect(page.split("```")[3]?.trim()).toBe(shown);
});

test("the HTML says the same, and shows labels as text", () => {
  expect(reportHtml(report, "UTC").split("\n")).toEqual([
    "<!DOCTYPE html>",
    '<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head>',
    '<body style="margin:0;padding:16px;font:16px/1.5 sans-serif;color:#1a1a1a;max-width:600px">',
    '<h1 style="margin:0 0 8px;font-size:20px">Weekly noise report: dev</h1>',
    '<p style="margin:0">2026-11-20 06:00 UTC to 2026-11-27 06:00 UTC<br>Prometheus judged its rules for 167h45m of 168h00m.</p>',
    heading("FIRED: 2 of 4 alerts, and 1 that is no longer there, 6 times"),
    item(
      "ContainerDown (critical): 4 times, 3 over by themselves in under 2 min",
      "13m00s in all, 10m00s at the longest",
      "host app, service redis: 3 times, 3 over by themselves in under 2 min",
      "host app, service &lt;nginx&gt;: once",
    ),
    item("HighDiskUsage (warning): once, still firing", "1h00m", "host app"),
    item("Retired (info): once; its rule is no longer there", "2m00s"),
    heading("SUGGESTIONS: 1"),
    item(
      "3 of 4 episodes of ContainerDown were over by themselves, the longest of them after 1m30s. With sightline:alerts.ContainerDown.for 3m (now 1m) none of these 3 would have fired; the other 1 would have come 2m00s later.",
      "pulumi config set --path 'sightline:alerts.ContainerDown.for' 3m --stack dev",
    ),
    heading("NEVER FIRED: 2 of 4 alerts"),
    item("NodeDown, OomKill"),
    item("That is not bad by itself. That a fault reaches people, npm run drill shows."),
    "</body></html>",
    "",
  ]);
});

function heading(text: string): string {
  return `<h2 style="margin:24px 0 8px;font-size:17px">${text}</h2>`;
}

function item(head: string, ...details: readonly string[]): string {
  const rest = details.map((one) => `<br><span style="color:#555555">${one}</span>`);
  return `<p style="margin:0 0 8px">${head}${rest.join("")}</p>`;
}

test("the subject has the numbers", () => {
  expect(reportSubject(report)).toBe(
    "Sightline: noise of dev: 3 alerts fired 6 times, 3 over by themselves, 1 suggestion",
  );
});

test("a quiet day without Watchdog says so, in the time zone of the settings", () => {
  const quiet = {
    fromMs: TO - DAY,
    toMs: TO,
    everyMs: EVERY,
    rules: [rule("NodeDown", "critical")],
  };
  const silent = { ...reportOf(settings, { ...quiet, series: [] }), notCounted: [] };
  expect(reportSubject(silent)).toBe("Sightline: noise of dev: no alert fired, 0 suggestions");
  expect(reportText(silent, "Europe/Berlin")).toBe(`Noise of 1 day: dev
2026-11-26 07:00 Europe/Berlin to 2026-11-27 07:00 Europe/Berlin
How much of it was watched is not known: Watchdog is, or was, switched off.

FIRED: 0 of 1 alert
  None.

SUGGESTIONS: 0
  None.

NEVER FIRED: 1 of 1 alert
  NodeDown
  That is not bad by itself. That a fault reaches people, npm run drill shows.
`);
});

test("a Watchdog that was switched on after others had fired does not tell what was judged", () => {
  const [watchdog, ...others] = HISTORY.series;
  const later = { labels: {}, ...watchdog, firingAtMs: watchdog?.firingAtMs.slice(-240) ?? [] };
  const told = reportOf(settings, { ...HISTORY, series: [later, ...others] });
  expect(told.judgedMs).toBeUndefined();
  expect(told.fired).toEqual(report.fired);
});

test("of more than five places the rest is a number", () => {
  const series = Array.from({ length: 7 }, (_, index) =>
    firing(container(`worker-${index}`), [100 + 60 * index, 40]),
  );
  const text = reportText(reportOf(settings, { ...HISTORY, series }), "UTC");
  expect(text).toContain("    host app, service worker-4: once\n    and 2 more places\n");
});

test("what Loki judges is counted like all else, and it is said since when", () => {
  const logs = { fromMs: FROM + DAY };
  const rules = [...HISTORY.rules, rule("RedisRestarted", "warning")];
  const labels = { alertname: "RedisRestarted", severity: "warning", env: "dev", host: "app" };
  const series = [
    ...HISTORY.series,
    { labels, firingAtMs: evaluations(FROM + 2 * DAY, FROM + 2 * DAY + HOUR, EVERY) },
  ];
  const counted = reportOf(settings, { ...HISTORY, rules, series, logs });
  const text = reportText(counted, "UTC");
  expect(text).toContain(
    "Alerts on logs are those that their rules, as they are now, find in the logs that are kept, since 2026-11-21 06:00 UTC.\n",
  );
  expect(text).toContain("  RedisRestarted (warning): once\n    1h00m\n    host app\n");
  expect(counted.notCounted.flatMap(({ alerts }) => alerts)).not.toContain("RedisRestarted");
  const whole = reportText(reportOf(settings, { ...HISTORY, logs: { fromMs: FROM } }), "UTC");
  expect(whole).toContain("find in the logs of that time.\n");
});

test("what cannot be known of is named, with who judges it and why", () => {
  const logs = { unknown: "Loki could not be asked" };
  const byLoki = reportOf(settings, { ...HISTORY, logs }).notCounted.find(
    ({ judge }) => judge === "Loki",
  );
  expect(byLoki?.alerts).toEqual(expect.arrayContaining(["HighErrorRate", "TrafficDrop"]));
  expect(byLoki?.alerts).not.toContain("ContainerDown");
  expect(byLoki?.why).toBe("Loki could not be asked");
  const two = { judge: "Loki", alerts: ["A", "B"], why: "it has not loaded them" } as const;
  expect(reportText({ ...report, notCounted: [two] }, "UTC")).toMatch(
    /\n\nNOT COUNTED: 2 alerts that Loki judges; it has not loaded them\n {2}A, B\n$/,
  );
  const grafana = devSettings({ grafana: { enabled: true }, alerting: { engine: "grafana" } });
  const byGrafana = reportOf(grafana, HISTORY).notCounted;
  expect(byGrafana.map(({ judge }) => judge)).toEqual(["Grafana"]);
  expect(byGrafana[0]?.alerts).toEqual(expect.arrayContaining(["HighErrorRate", "WebsiteDown"]));
  expect(byGrafana[0]?.alerts).not.toContain("ContainerDown");
});

test("for programs, times are RFC 3339 and lengths seconds", () => {
  const read = JSON.parse(reportJson(report)) as { readonly fired: readonly object[] };
  expect(read).toMatchObject({
    stack: "dev",
    from: "2026-11-20T06:00:00.000Z",
    to: "2026-11-27T06:00:00.000Z",
    logsFrom: null,
    judgedSeconds: 603_900,
    judged: 4,
    neverFired: ["NodeDown", "OomKill"],
  });
  expect(read.fired[1]).toEqual({
    alert: "HighDiskUsage",
    severity: "warning",
    isLoaded: true,
    places: [
      {
        where: "host app",
        episodes: [
          {
            start: "2026-11-27T05:00:00.000Z",
            end: "2026-11-27T06:00:00.000Z",
            seconds: 3600,
            isOpen: true,
            beganBefore: false,
          },
        ],
      },
    ],
  });
});
