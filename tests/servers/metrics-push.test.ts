import { setTimeout as sleep } from "node:timers/promises";

import {
  AGENT_FILES,
  agentPassword,
  GATEWAY_FILES,
  tlsFile,
  usersFile,
} from "../../configs/gateway/credentials";
import { specsOn } from "../../configs/hosts";
import type { Files, ServiceSpec } from "../../configs/service-spec";
import type { Settings } from "../../configs/settings/settings";
import { makeCertificates } from "../../tools/gateway/certificates";
import { exposedValue } from "../support/exposition";
import { prodSettings, pushSettings } from "../support/fixtures";
import { DOCUMENTED, labelSet } from "../support/live-inventory";
import { LogLab } from "../support/log-lab";
import { LINKS } from "../support/render-stack";
import { waitFor } from "../support/wait";

/**
 * A real Alloy pushes through a real nginx to a real Prometheus, each as the stack runs it, and a
 * second Prometheus reads the same Alloy as it does where nothing is pushed.
 */
const MINUTE = 60_000;
const SECRET = "fixture-agent-secret-of-32-characters-or-more";
const AGENT = "app-alloy";
const PULLING = "pulling";
const SCRAPE_SECONDS = 2;
const AWAY_MS = 75_000;
const common = {
  intervals: { scrape: `${SCRAPE_SECONDS}s`, evaluation: "5s" },
  logs: { agent: "alloy", route: "agent" },
};

let lab: LogLab;
let settings: Settings;

beforeAll(async () => {
  const { certificate, authority, key } = await makeCertificates("gateway", 2);
  const own = { serverName: "gateway", certificate, certificateAuthority: authority };
  settings = pushSettings({ ...common, gateway: own });
  lab = await LogLab.create("metrics-push");
  await lab.start(specNamed(settings, "monitoring", "prometheus"));
  await lab.start(specNamed(settings, "monitoring", "gateway"), "gateway", {
    secrets: {
      [GATEWAY_FILES.users]: usersFile(SECRET, ["app"]),
      [GATEWAY_FILES.tls]: tlsFile(key, certificate),
    },
  });
  await lab.start(specNamed(settings, "monitoring", "blackbox-exporter"));
  await lab.start(pullingPrometheus(), PULLING);
}, 2 * MINUTE);

afterAll(() => (lab as LogLab | undefined)?.remove(), MINUTE);

function specNamed(of: Settings, host: string, name: string): ServiceSpec {
  const spec = specsOn(of, host).find((one) => one.name === name);
  if (!spec) throw new Error(`no container ${name} on ${host}`);
  return spec;
}

/** As it is without push, but that the lab knows the agent by its name alone. */
function pullingPrometheus(): ServiceSpec {
  const spec = specNamed(prodSettings(common), "monitoring", "prometheus");
  const files = Object.entries(spec.configuration?.files(LINKS) ?? {}).map(([file, text]) => [
    file,
    text.replaceAll(/10\.0\.0\.3:12345/g, `${AGENT}:12345`),
  ]);
  return {
    ...spec,
    configuration: { files: () => Object.fromEntries(files) as Record<string, string> },
  };
}

async function answer<T>(alias: string, query: string): Promise<T> {
  const { data } = JSON.parse(await lab.page(alias, `9090/api/v1/${query}`)) as { data: T };
  return data;
}

/** Every series of what the agent tells of itself and of its machine, each as one text. */
async function seriesIn(alias: string): Promise<readonly string[]> {
  const selector = encodeURIComponent('{host="app",job=~"alloy|node-exporter"}');
  const start = String(Date.now() / 1_000 - 20);
  const found = await answer<readonly Readonly<Record<string, string>>[]>(
    alias,
    `series?match[]=${selector}&start=${start}`,
  );
  return found.map((labels) => JSON.stringify(Object.entries(labels).sort())).sort();
}

interface Checked {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** What Blackbox says of the gateway. */
async function checkOf(expr: string): Promise<readonly Checked[]> {
  const query = encodeURIComponent(expr.replace(/^\w+/, '$&{job="gateway"}'));
  return (await answer<{ result: readonly Checked[] }>("prometheus", `query?query=${query}`))
    .result;
}

/** When each sample of `up` of the machine was taken, in seconds. */
async function sampleTimes(): Promise<readonly number[]> {
  const query = encodeURIComponent('up{job="node-exporter",host="app"}[30m]');
  const { result } = await answer<{
    result: readonly { readonly values: readonly (readonly [number, string])[] }[];
  }>("prometheus", `query?query=${query}`);
  return (result[0]?.values ?? []).map(([time]) => time);
}

/** Waits until samples are there up to now. @returns the longest pause between two, in seconds */
async function longestPause(): Promise<number> {
  const times = await waitFor(
    { what: "samples up to now", deadlineMs: MINUTE, everyMs: 1_000 },
    sampleTimes,
    (seen) => Date.now() / 1_000 - (seen.at(-1) ?? 0) < 3 * SCRAPE_SECONDS,
  );
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
}

/** What the agent gave up, for whatever reason. */
async function lostSamples(): Promise<number> {
  const page = await lab.page(AGENT, "12345/metrics");
  const counters = page
    .split("\n")
    .filter((line) => /^prometheus_remote_storage_samples_(failed|dropped)_total\{/.test(line));
  expect(counters.length).toBeGreaterThan(0);
  return counters.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

async function residentMegabytes(): Promise<number> {
  const page = await lab.page(AGENT, "12345/metrics");
  return Math.round(exposedValue(page, "process_resident_memory_bytes") / 2 ** 20);
}

test(
  "a wrong password costs no sample: the first one arrives when the password is right",
  async () => {
    const startedAt = Date.now() / 1_000;
    await lab.start(specNamed(settings, "app", AGENT), AGENT, {
      secrets: { [AGENT_FILES.password]: "not-yet-the-right-one" },
    });
    await sleep(15_000);
    expect(await sampleTimes()).toEqual([]);
    await lab.replace("secrets", AGENT, { [AGENT_FILES.password]: agentPassword(SECRET, "app") });
    expect(await longestPause()).toBeLessThan(1.5 * SCRAPE_SECONDS);
    const [first = 0] = await sampleTimes();
    expect(first - startedAt).toBeLessThan(10);
    expect(await lostSamples()).toBe(0);
  },
  2 * MINUTE,
);

test(
  "the check of the gateway finds it as agents do, with the date of its certificate",
  async () => {
    await waitFor(
      { what: "a good check", deadlineMs: 30_000 },
      () => checkOf("probe_success"),
      ([seen]) => seen?.value[1] === "1",
    );
    const [expiry] = await checkOf("probe_ssl_earliest_cert_expiry - time()");
    expect(Number(expiry?.value[1]) / 86_400).toBeCloseTo(2, 0);
    expect(expiry?.metric).toEqual({
      env: settings.environment,
      host: "monitoring",
      instance: "gateway:8443",
      job: "gateway",
      service: "gateway",
    });
  },
  MINUTE,
);

test(
  "what is pushed are the series that Prometheus reads by itself, label by label",
  async () => {
    const { both } = await waitFor(
      { what: "no series that one of the two lacks", deadlineMs: MINUTE, everyMs: 2_000 },
      async () => {
        const pushed = await seriesIn("prometheus");
        const pulled = await seriesIn(PULLING);
        return {
          pushedAlone: pushed.filter((series) => !pulled.includes(series)),
          pulledAlone: pulled.filter((series) => !pushed.includes(series)),
          both: pushed.filter((series) => pulled.includes(series)).length,
        };
      },
      ({ pushedAlone, pulledAlone }) => pushedAlone.length + pulledAlone.length === 0,
    );
    console.log(`metrics by push and by pull: ${both} series, all the same`);
    expect(both).toBeGreaterThan(500);
  },
  2 * MINUTE,
);

test(
  "what would be lost is counted under the labels that the cases of its alert have",
  async () => {
    const name = "prometheus_remote_storage_samples_failed_total";
    const { result } = await answer<{ result: readonly Checked[] }>(
      "prometheus",
      `query?query=${name}`,
    );
    expect(result).toHaveLength(1);
    // Prometheus has such a counter of its own, with fewer labels, where it sends a copy elsewhere.
    for (const { metric } of result) expect(DOCUMENTED[name]).toContain(labelSet(metric));
  },
  MINUTE,
);

test(
  "no sample is lost while the gateway is away, and then Prometheus",
  async () => {
    const before = await residentMegabytes();
    await lab.docker("stop", "gateway");
    await sleep(AWAY_MS);
    expect((await checkOf("probe_success"))[0]?.value[1]).toBe("0");
    const during = await residentMegabytes();
    await lab.docker("stop", "prometheus");
    await lab.docker("start", "gateway");
    await sleep(15_000);
    await lab.docker("start", "prometheus");
    const pause = await longestPause();
    const after = await residentMegabytes();
    const samples = (await sampleTimes()).length;
    console.log(
      `outage of ${(AWAY_MS + 15_000) / 1_000} s: ${samples} samples, longest pause ${pause.toFixed(1)} s; ` +
        `MiB of Alloy before, in and after: ${before}, ${during}, ${after}`,
    );
    expect(pause).toBeLessThan(1.5 * SCRAPE_SECONDS);
    expect(await lostSamples()).toBe(0);
  },
  4 * MINUTE,
);

test(
  "a sample that waited for two hours is taken, which it would not be otherwise",
  async () => {
    const push = (alias: string, hours: number) => {
      const time = Math.round(Date.now() - hours * 60 * MINUTE);
      const url = "http://localhost:9090";
      const script = `echo 'late{hours="${hours}"} 1 ${time}' | promtool push metrics ${url} 2>&1 || true`;
      return lab.exec(alias, ["/bin/sh", "-c", script]);
    };
    const stored = async (hours: number) =>
      (
        await answer<{ result: readonly unknown[] }>(
          "prometheus",
          `query?query=${encodeURIComponent(`last_over_time(late{hours="${hours}"}[8h])`)}`,
        )
      ).result.length;
    await waitFor(
      { what: "a sample of now, which others are late to", deadlineMs: 30_000 },
      () => answer<{ result: readonly unknown[] }>("prometheus", "query?query=up"),
      ({ result }) => result.length > 0,
    );
    expect(await push("prometheus", 2)).toMatch(/SUCCESS/);
    expect(await push("prometheus", 4)).toMatch(/FAILED/);
    expect(await push(PULLING, 0)).toMatch(/FAILED[^]*404/);
    expect([await stored(2), await stored(4)]).toEqual([1, 0]);
  },
  MINUTE,
);

test(
  "samples that are refused for good are told of with the next that are taken",
  async () => {
    const { configuration } = specNamed(settings, "monitoring", "gateway");
    const files = configuration?.files(LINKS) ?? {};
    const refusing = Object.entries(files).map(([file, text]) => [
      file,
      text.replace("location = /api/v1/write {", "$& return 400;"),
    ]);
    await lab.replace("config", "gateway", Object.fromEntries(refusing) as Files);
    const refused = { what: "samples that are refused", deadlineMs: 30_000 };
    await waitFor(refused, lostSamples, (count) => count > 0);
    await lab.replace("config", "gateway", files);
    const fired = await waitFor(
      { what: "PushedSamplesLost", deadlineMs: MINUTE, everyMs: 1_000 },
      async () => {
        const { alerts } = await answer<{ alerts: readonly Fired[] }>("prometheus", "alerts");
        return alerts.filter(({ labels }) => labels.alertname === "PushedSamplesLost");
      },
      (seen) => seen.length > 0,
    );
    expect(fired.map(({ labels }) => [labels.host, labels.service, labels.severity])).toEqual([
      ["app", "app-alloy", "warning"],
    ]);
  },
  2 * MINUTE,
);

interface Fired {
  readonly labels: Readonly<Record<string, string>>;
}
