import { readFileSync } from "node:fs";
import { join } from "node:path";

import { deployed, effectOf } from "../../support/edits/replaced";
import { devSettings, merged, type Raw, repositoryRoot } from "../../support/fixtures";

const BROWSER = { browser: { enabled: true, plainHttp: true, origins: ["http://127.0.0.1:8080"] } };
const SMTP: Raw = {
  mail: {
    kind: "smtp",
    smarthost: "mail.shop.test:587",
    from: "a@shop.test",
    to: ["ops@shop.test"],
    username: "sightline",
  },
};
const S3 = { kind: "s3", region: "eu-central-1", bucket: "shop-website-logs" };

interface Sample {
  readonly edit: Raw;
  /** What is set already, of the shipped dev settings. @default nothing else */
  readonly before?: Raw;
}

/** An edit of each key that the table of docs/operating.md names. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  "alerts.*": {
    edit: { alerts: { WebsiteDown: { checks: 3 }, UnhandledExceptions: { over: "20m" } } },
  },
  "slo.*": { edit: { slo: { availability: "99%", latencyShare: "90%", latencyUnder: "300ms" } } },
  "intervals.*": {
    edit: { intervals: { probe: "30s", probeTimeout: "5s", scrape: "30s", evaluation: "30s" } },
  },
  "site.pageUrl": { edit: { site: { pageUrl: "http://application:80/shop" } } },
  "site.apiUrl": { edit: { site: { apiUrl: "http://application:80/api/tasks" } } },
  "site.pages.<name>": { edit: { site: { pages: { tasks: "http://application:80/tasks" } } } },
  "site.name": { edit: { site: { name: "shop" } } },
  "metrics.retention": { edit: { metrics: { retention: "14d" } } },
  "metrics.retentionSize": { edit: { metrics: { retentionSize: "5GB" } } },
  "metrics.longTerm.enabled": {
    before: { logs: { storage: S3 } },
    edit: { metrics: { longTerm: { enabled: true } } },
  },
  "metrics.remoteWrite.url": {
    edit: { metrics: { remoteWrite: { url: "https://metrics.shop.test/api/v1/write" } } },
  },
  "mail.to": { edit: { mail: { to: ["night@example.com"] } } },
  "alerting.grouping.*": { edit: { alerting: { grouping: { interval: "2m" } } } },
  "alerting.quietHours.*": { edit: { alerting: { quietHours: { from: "21:00" } } } },
  "alerting.leastSeverity.*": { edit: { alerting: { leastSeverity: { mail: "critical" } } } },
  "alerting.timezone": { edit: { alerting: { timezone: "Europe/Berlin" } } },
  "alerting.runbookUrl": { edit: { alerting: { runbookUrl: "https://git.shop.test/runbooks" } } },
  "alerting.engine": { edit: { alerting: { engine: "grafana" } } },
  "logs.filters": { edit: { logs: { filters: [{ source: "*", drop: "healthz" }] } } },
  "logs.personalData.filter": { edit: { logs: { personalData: { filter: false } } } },
  "logs.timezone": { edit: { logs: { timezone: "Europe/Berlin" } } },
  "logs.docker.composeProject": { edit: { logs: { docker: { composeProject: "shop" } } } },
  "logs.retention": { edit: { logs: { retention: "14d" } } },
  "browser.sessions": { before: BROWSER, edit: { browser: { sessions: "10%" } } },
  "browser.eventsPerPage": { before: BROWSER, edit: { browser: { eventsPerPage: 50 } } },
  "browser.origins": { before: BROWSER, edit: { browser: { origins: ["http://localhost:8080"] } } },
  "hosts.<name>.exporters.redis.address": {
    edit: { hosts: { app: { exporters: { redis: { address: "redis:6379" } } } } },
  },
  "hosts.<name>.exporters.docker.address": {
    edit: { hosts: { app: { exporters: { docker: { address: "10.0.0.3:9323" } } } } },
  },
  "application.metricsUrl": {
    edit: { application: { metricsUrl: "http://backend:8000/metrics" } },
  },
  "logs.sources.<service>": {
    edit: { logs: { sources: { titan: { path: "/srv/titan/*.log" } } } },
  },
  "logs.directories.*": { edit: { logs: { directories: { app: "/srv/app" } } } },
  "logs.storage.*": { edit: { logs: { storage: S3 } } },
  "mail.smarthost": { before: SMTP, edit: { mail: { smarthost: "mx.shop.test:587" } } },
  "mail.from": { before: SMTP, edit: { mail: { from: "b@shop.test" } } },
  "mail.username": { before: SMTP, edit: { mail: { username: "other" } } },
  "alerting.slack": { edit: { alerting: { slack: { channel: "#alerts" } } } },
  "alerting.telegram": { edit: { alerting: { telegram: { chatId: -1001 } } } },
  "alerting.webhook": { edit: { alerting: { webhook: {} } } },
  "publish.prometheus": { edit: { publish: { prometheus: 9_099 } } },
  "publish.alertmanager": { edit: { publish: { alertmanager: 9_099 } } },
  "images.<service>": { edit: { images: { loki: "grafana/loki:3.7.9" } } },
};

/** What the table calls by another name than that of one container. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  "publish.prometheus": ["prometheus"],
  "publish.alertmanager": ["alertmanager"],
  "images.<service>": ["loki"],
};

const shipped = deployed(devSettings());
const document = readFileSync(join(repositoryRoot, "docs", "operating.md"), "utf8");
const section = document.split("## What an edit restarts\n")[1]?.split("\n## ")[0] ?? "";
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").slice(1, -1))
  .flatMap(([keys = "", , replaced = ""]) =>
    codesIn(keys)
      .filter((key) => key !== "path")
      .map((key) => [key, codesIn(replaced)] as const),
  );

function codesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

it("has a sample of each edit in the table, and no other", () => {
  expect(rows.map(([key]) => key).sort()).toEqual(Object.keys(SAMPLES).sort());
});

it.each(rows)("%s replaces what is said, and has an effect", (key, said) => {
  const { before: raw = {}, edit } = SAMPLES[key] ?? { edit: {} };
  const before = Object.keys(raw).length > 0 ? deployed(devSettings(raw)) : shipped;
  const { replaced, reloaded } = effectOf(before, deployed(devSettings(merged(raw, edit))));
  expect(replaced).toEqual([...(SAID[key] ?? said)].sort());
  expect([...replaced, ...reloaded]).not.toEqual([]);
});
