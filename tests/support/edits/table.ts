import type { Edit } from "./running";

/** Compose project of the site that the edited stack watches. */
const SITE_PROJECT = "site-of-edits";

/** Edits that people make, each of another kind; they are made one after the other. */
export const EDITS: readonly Edit[] = [
  {
    what: "a threshold: WebsiteDown after 3 checks",
    settings: { "sightline:alerts.WebsiteDown.checks": 3 },
    keepers: ["prometheus-config-keeper"],
    inForce: async (running) => (await running.rule("WebsiteDown")).query,
    shows: />= 3/,
  },
  {
    what: "how long an alert waits: ClockSkew for 7 minutes",
    settings: { "sightline:alerts.ClockSkew.for": "7m" },
    keepers: ["prometheus-config-keeper"],
    inForce: async (running) => `${(await running.rule("ClockSkew")).duration}`,
    shows: /^420$/,
  },
  {
    what: "a rule on logs: UnhandledExceptions over 20 minutes",
    settings: { "sightline:alerts.UnhandledExceptions.over": "20m" },
    keepers: ["loki-config-keeper"],
    inForce: async (running) => (await running.logRule("UnhandledExceptions")).query,
    shows: /\[20m\]/,
    withinMs: 30_000,
  },
  {
    what: "a receiver: mails go to another address",
    settings: { "sightline:mail.to": ["night@example.com"] },
    keepers: ["alertmanager-config-keeper"],
    inForce: (running) => running.alertmanager(),
    shows: /to: night@example\.com/,
  },
  {
    what: "the routes: quiet hours",
    settings: { "sightline:alerting.quietHours": { from: "21:30", to: "06:30" } },
    keepers: ["alertmanager-config-keeper"],
    inForce: (running) => running.alertmanager(),
    shows: /21:30/,
  },
  {
    what: "a probe's target: another path of the API",
    settings: { "sightline:site.apiUrl": "http://application:80/api/tasks" },
    keepers: ["prometheus-config-keeper"],
    inForce: (running) => running.targets("blackbox-http"),
    shows: /^http:\/\/application:80 http:\/\/application:80\/api\/tasks$/,
  },
  {
    what: "a probe's patience: 1500 ms, a module of Blackbox",
    settings: { "sightline:intervals.probeTimeout": "1500ms" },
    keepers: ["blackbox-exporter-config-keeper", "prometheus-config-keeper"],
    inForce: (running) => running.page("blackbox-exporter", 9115, "/config"),
    shows: /timeout: 1\.5s/,
  },
  {
    what: "how long metrics are kept: 9 days",
    settings: { "sightline:metrics.retention": "9d" },
    keepers: ["prometheus-config-keeper"],
    inForce: (running) => running.metricsRetention(),
    shows: /9d|1w2d/,
  },
  {
    what: "how long logs are kept: 9 days",
    settings: { "sightline:logs.retention": "9d" },
    keepers: ["loki-config-keeper"],
    inForce: (running) => running.logLimits(),
    shows: /retention_period: "?(9d|1w2d|216h)/,
    withinMs: 30_000,
  },
  {
    what: "an agent's pipeline: a filter that masks",
    settings: {
      "sightline:logs.filters": [{ source: "app", redact: "card=\\d+", with: "card=***" }],
    },
    keepers: ["app-promtail-config-keeper"],
    inForce: (running) => running.page("app-promtail", 9080, "/config"),
    shows: /card=/,
  },
  {
    what: "an agent's sources: what the site's containers print",
    settings: { "sightline:logs.docker": { composeProject: SITE_PROJECT } },
    keepers: ["promtail-config-keeper"],
    inForce: (running) => running.page("promtail", 9080, "/config"),
    shows: new RegExp(SITE_PROJECT),
  },
  {
    what: "an exporter more on a host",
    settings: { "sightline:hosts.app.exporters.process": true },
    keepers: ["prometheus-config-keeper"],
    added: ["app-process-exporter", "app-process-exporter-config-keeper"],
    inForce: (running) => running.targets("process-exporter"),
    shows: /app-process-exporter:9256/,
    withinMs: 30_000,
  },
  {
    what: "what browsers report: one session of ten",
    settings: { "sightline:browser.sessions": "10%" },
    // The alert about browsers that fall silent counts with that.
    keepers: ["gateway-config-keeper", "loki-config-keeper"],
    inForce: (running) => running.logger(),
    shows: /"share":0\.1/,
  },
];
