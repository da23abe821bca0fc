import { portalFiles } from "../../../configs/gateway/portal/portal";
import { devSettings, prodSettings } from "../../support/fixtures";
import { readPortal } from "../../support/portal-page";

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

interface World {
  readonly probes: readonly Sample[];
  readonly silent?: readonly Sample[];
  readonly alerts?: readonly object[];
}

const PAGE = { target: "page", instance: "https://shop.test" };
const API = { target: "api", instance: "https://shop.test/api" };
const UP: World = {
  probes: [
    [PAGE, 1],
    [API, 1],
  ],
};

const alert = (alertname: string, severity: string) => ({
  labels: { alertname, severity },
  annotations: { summary: `${alertname} <b>here</b>` },
});

/** Reads the page where servers say what is so. */
async function read({ probes, silent = [], alerts = [] }: World) {
  const paths: string[] = [];
  const reading = await readPortal((path) => {
    paths.push(decodeURIComponent(path));
    const samples = path.includes("probe_success")
      ? probes
      : path.includes("probe_duration")
        ? [[PAGE, 0.1234] as const]
        : silent;
    const result = samples.map(([metric, value]) => ({ metric, value: [0, String(value)] }));
    const body = path.startsWith("/alertmanager") ? alerts : { data: { result } };
    return Promise.resolve({ status: 200, body: JSON.stringify(body) });
  });
  return { ...reading, paths };
}

describe("the page says", () => {
  it("that all is well, and how long the page took", async () => {
    expect(await read({ ...UP, alerts: [alert("Watchdog", "none")] })).toEqual({
      verdict: "good: All is well",
      time: "as of <time>",
      title: "All is well · shop (prod)",
      checks: [
        "good: page | up, 123 ms · https://shop.test",
        "good: api | up · https://shop.test/api",
      ],
      alerts: [],
      silent: [],
      paths: [
        '/prometheus/api/v1/query?query=probe_success{job="blackbox-http"}',
        '/prometheus/api/v1/query?query=probe_duration_seconds{job="blackbox-http"}',
        "/prometheus/api/v1/query?query=up == 0",
        "/alertmanager/api/v2/alerts?active=true&silenced=false&inhibited=false",
      ],
    });
  });

  it.each<[string, World, string]>([
    [
      "what is down before anything else",
      { probes: [[PAGE, 0]], alerts: [alert("A", "warning")] },
      "bad: page down",
    ],
    [
      "that both are down",
      {
        probes: [
          [PAGE, 0],
          [API, 0],
        ],
      },
      "bad: page and api down",
    ],
    ["that nobody checks", { probes: [] }, "bad: The site is not being checked"],
    [
      "a critical alert",
      { ...UP, alerts: [alert("A", "critical"), alert("B", "warning")] },
      "bad: 2 alerts",
    ],
    ["a warning", { ...UP, alerts: [alert("A", "warning")] }, "warn: 1 alert"],
    [
      "a server that is silent",
      { ...UP, silent: [[{ job: "loki", instance: "loki:3100" }, 0]] },
      "warn: 1 server silent",
    ],
  ])("%s", async (_, world, verdict) => {
    expect((await read(world)).verdict).toBe(verdict);
  });

  it("what an alert says as text, whatever is in it", async () => {
    const { alerts, silent } = await read({
      ...UP,
      alerts: [alert("LatencyHigh", "warning")],
      silent: [[{ job: "loki", instance: "loki:3100" }, 0]],
    });
    expect(alerts).toEqual(["warn: LatencyHigh | LatencyHigh <b>here</b>"]);
    expect(silent).toEqual(["warn: loki | does not answer · loki:3100"]);
  });

  it("that nobody answers, where nobody does", async () => {
    const reading = await readPortal((path) =>
      Promise.resolve({ status: path.startsWith("/prometheus") ? 502 : 200, body: "[]" }),
    );
    expect(reading).toMatchObject({
      verdict: "bad: Monitoring does not answer",
      time: "prometheus answered 502",
    });
  });
});

describe("the page's files", () => {
  const links = (html: string | undefined) => html?.match(/<a href="[^"]+"/g);

  it("link the pages that the stack has", () => {
    const files = portalFiles(devSettings());
    expect(Object.keys(files)).toEqual([
      "portal/index.html",
      "portal/portal.css",
      "portal/portal.js",
    ]);
    expect(links(files["portal/index.html"])).toEqual([
      '<a href="/alertmanager/"',
      '<a href="/grafana/"',
      '<a href="/mail/"',
      '<a href="/prometheus/"',
    ]);
    const prod = portalFiles(prodSettings({ grafana: { enabled: false } }))["portal/index.html"];
    expect(links(prod)).toEqual(['<a href="/alertmanager/"', '<a href="/prometheus/"']);
  });

  it("load nothing from elsewhere, and have no style or script inside the page", () => {
    const files = portalFiles(devSettings());
    expect(Object.values(files).join("")).not.toMatch(/https?:|\/\/[a-z]|@import|url\(/);
    expect(files["portal/index.html"]).not.toMatch(/<style| style=| on[a-z]+=|javascript:/);
    expect(files["portal/portal.js"]).not.toMatch(/innerHTML|outerHTML|insertAdjacent|eval\(/);
  });
});
