import { devSettings } from "../support/fixtures";
import { checkLiveQueries, judge } from "../support/live-queries";
import { LokiServer } from "../support/loki-server";
import { PrometheusServer } from "../support/prometheus-server";
import type { StackQuery } from "../support/queries";
import { Answers } from "../support/query-answers";
import { waitFor } from "../support/wait";

/**
 * The check that runs over a whole stack, tried on a real Prometheus that scrapes itself and a real
 * Loki with a few lines: it must see what is there, and every kind of slip.
 */
const MINUTE = 60_000;
const settings = devSettings();
const startMs = Date.now();

let prometheus: PrometheusServer;
let loki: LokiServer;

beforeAll(async () => {
  prometheus = await PrometheusServer.start(scrapingItself);
  loki = await LokiServer.start({ settings });
  await loki.push([...visits, ...(probe ? [probe] : [])]);
  await waitFor(
    { what: "a second scrape", deadlineMs: 20_000, everyMs: 250 },
    () => answers().run(metric("count_over_time(up[1m]) >= 2")),
    ({ samples }) => samples > 0,
  );
}, 2 * MINUTE);

afterAll(async () => {
  // Undefined where its start failed.
  await (prometheus as PrometheusServer | undefined)?.stop();
  await (loki as LokiServer | undefined)?.stop();
}, MINUTE);

const scrapingItself = {
  global: { scrape_interval: "1s", scrape_timeout: "1s" },
  scrape_configs: [
    {
      job_name: "prometheus",
      static_configs: [{ targets: ["127.0.0.1:9090"], labels: { env: "dev", host: "monitoring" } }],
    },
  ],
};

const access = { env: "dev", host: "app", job: "nginx", service: "nginx", log_type: "access" };

const visits = Array.from({ length: 5 }, (_, index) => ({
  labels: access,
  fields: { method: "GET", path: "/", status: index === 0 ? "503" : "200", request_time: "0.2" },
  text: `GET / ${index}`,
  atMs: Date.now() - 5_000 + index,
}));

const [probe] = visits.map((visit) => ({ ...visit, fields: { ...visit.fields, origin: "probe" } }));

function answers(): Answers {
  const servers = { prometheus: prometheus.origin, loki: loki.origin };
  return new Answers(servers, { fromMs: startMs - 60_000, toMs: Date.now() });
}

function asked(evaluator: StackQuery["evaluator"], expr: string): StackQuery {
  const rest = {
    key: expr,
    role: "panel",
    instant: true,
    legend: [],
    needsBrowser: false,
  } as const;
  return { evaluator, expr, ...rest };
}

const metric = (expr: string) => asked("prometheus", expr);
const logs = (expr: string) => asked("loki", expr);

describe("a query that is right", () => {
  it.each([
    metric('sum by (host) (up{env="dev",job="prometheus"})'),
    metric('rate(prometheus_http_requests_total{job="prometheus",code!="500"}[1m])'),
    metric("prometheus_tsdb_head_series or vector(0)"),
    logs('sum by (method, path) (count_over_time({job="nginx"} | status>=500 [5m]))'),
    logs('quantile_over_time(0.95, {job="nginx"} | unwrap request_time [5m]) by (env)'),
    { ...logs('{env="dev",log_type="access"}'), instant: false },
  ])("has data and no problem: $expr", async (query) => {
    const { problems, series, samples } = await judge(answers(), query);
    expect(problems).toEqual([]);
    expect(series).toBeGreaterThan(0);
    expect(samples).toBeGreaterThan(0);
  });
});

describe("a slip is found and named", () => {
  it.each([
    { query: metric("upp"), problems: ["there is no metric upp"] },
    { query: metric('up{jobb="prometheus"}'), problems: ['up has no label "jobb"'] },
    // The selection is not empty, and yet it is not what was meant.
    { query: metric('up{phse!="transfer"}'), problems: ['up has no label "phse"'] },
    { query: metric('up{job="node"}'), problems: ['no series is up{job="node"}'] },
    {
      query: metric("sum by (hst) (up)"),
      problems: ['nothing has the label "hst" that it groups by'],
    },
    {
      query: { ...metric("up"), legend: ["hots"] },
      problems: ['no series has the label "hots" of the legend'],
    },
    { query: metric("up == 0"), problems: ["no data"] },
    { query: metric("vector(1)"), problems: ["a constant is not data"] },
    { query: metric('up{job="prometheus"} == 0 or vector(0)'), problems: ["no data"] },
    { query: logs('count_over_time({job="ngnix"}[5m])'), problems: ['no stream is {job="ngnix"}'] },
    {
      query: logs('count_over_time({job="nginx"} | sttus>=500 [5m])'),
      problems: ['no line of {job="nginx"} has the field "sttus"'],
    },
    {
      query: logs('sum by (pth) (count_over_time({job="nginx"}[5m]))'),
      problems: ['nothing has the label "pth" that it groups by'],
    },
    {
      query: logs('quantile_over_time(0.95, {job="nginx"} | unwrap duration [5m]) by (env)'),
      problems: ['no line of {job="nginx"} has the field "duration"'],
    },
    { query: logs('count_over_time({job="nginx"} | status>=600 [5m])'), problems: ["no data"] },
  ])("$query.expr", async ({ query, problems }) => {
    expect((await judge(answers(), query)).problems).toEqual(problems);
  });

  it.each([metric("rate(up)"), logs('count_over_time({job="nginx"}[5m]) by (env)')])(
    "the server's refusal is passed on: $expr",
    async (query) => {
      expect((await judge(answers(), query)).problems).toEqual([
        expect.stringMatching(/^refused: Error: 400: .*(parse|expected)/) as string,
      ]);
    },
  );
});

test(
  "a rule without an answer is in order, one about what is not there is not",
  async () => {
    const rule = (expr: string): StackQuery => ({ ...metric(expr), role: "rule" });
    expect((await judge(answers(), rule('up{job="prometheus"} == 0'))).problems).toEqual([]);
    expect((await judge(answers(), rule('up{job="promtheus"} == 0'))).problems).toEqual([
      'no series is up{job="promtheus"}',
    ]);
  },
  MINUTE,
);

test(
  "the whole of a stack is reported: what has data, what waits, and what is broken",
  async () => {
    const servers = { prometheus: prometheus.origin, loki: loki.origin };
    // Its last step is now, where there are samples.
    const report = await checkLiveQueries(servers, settings, Date.now() - MINUTE);
    const verdictOf = (key: string) =>
      (["broken", "expectedEmpty", "waitingForBrowser"] as const).find((list) =>
        report[list].some(({ query }) => query.key === key),
      ) ?? "fine";
    expect({
      series: verdictOf("Monitoring itself / Series in memory / A"),
      visits: verdictOf("Performance / Visits by status / A"),
      cpu: verdictOf("Resources / CPU in use / A"),
      duration: verdictOf("SLO and golden signals / Latency: P95 / B"),
      browser: verdictOf("Frontend / Page views / A"),
    }).toEqual({
      series: "fine",
      visits: "fine",
      cpu: "broken",
      duration: "expectedEmpty",
      browser: "waitingForBrowser",
    });
    expect(report.summary).toContain(
      "broken: Resources / CPU in use / A: there is no metric node_cpu_seconds_total",
    );
  },
  2 * MINUTE,
);
