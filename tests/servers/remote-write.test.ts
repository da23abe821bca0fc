import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

import { remoteWrites } from "../../configs/prometheus/remote-write";
import { remoteWriteRules } from "../../configs/rules/remote-write";
import { secretPath } from "../../configs/secrets";
import { toYaml } from "../../configs/yaml";
import { removeFromDocker } from "../support/docker-cleanup";
import { gatewayOf } from "../support/docker-network";
import { devSettings } from "../support/fixtures";
import { PrometheusServer } from "../support/prometheus-server";
import { quiet } from "../support/quiet";
import { waitFor } from "../support/wait";

/**
 * A real Prometheus sends to another by the rendered lines. Between them stands a login of ours, which
 * can also be away; it speaks plain HTTP, which the settings refuse with a login.
 */
const MINUTE = 60_000;
const NETWORK = "sightline-remote-write-test";
const URL = "https://metrics.example.org/api/v1/write";
const PASSWORD_FILE = "remote-write-password";
const settings = devSettings({
  intervals: { scrape: "1s", evaluation: "1s", probe: "10s", probeTimeout: "5s" },
  metrics: { remoteWrite: { url: URL, login: "basic", username: "123456" } },
  alerts: { RemoteWriteBehind: { above: "8s", for: "2s" }, RemoteWriteRefused: { over: "10s" } },
});

let store: PrometheusServer;
let prometheus: PrometheusServer;
let door: Server;
let isAway = false;

beforeAll(async () => {
  await removeFromDocker(`name=^${NETWORK}$`);
  await quiet`docker network create ${NETWORK}`;
  store = await PrometheusServer.startWith(
    { "prometheus.yml": toYaml({}) },
    { flags: ["--web.enable-remote-write-receiver"] },
  );
  door = createServer((request, response) => void letIn(request, response));
  door.listen(0, await gatewayOf(NETWORK));
  await once(door, "listening");
  const { address, port } = door.address() as AddressInfo;
  const labels = { env: "dev", host: "monitoring", service: "prometheus" };
  const { name, rules } = remoteWriteRules(settings);
  const config = toYaml({
    global: { scrape_interval: "1s", evaluation_interval: "1s", external_labels: { env: "dev" } },
    ...remoteWrites(settings),
    rule_files: ["rules.yml"],
    scrape_configs: [
      { job_name: "prometheus", static_configs: [{ targets: ["localhost:9090"], labels }] },
    ],
  });
  prometheus = await PrometheusServer.startWith({
    "prometheus.yml": config
      .replace(URL, `http://${address}:${port}/api/v1/write`)
      .replace(secretPath("remoteWritePassword"), `/config/${PASSWORD_FILE}`),
    "rules.yml": toYaml({ groups: [{ name, rules }] }),
    [PASSWORD_FILE]: "right",
  });
}, 2 * MINUTE);

afterAll(async () => {
  await (prometheus as PrometheusServer | undefined)?.stop();
  await (store as PrometheusServer | undefined)?.stop();
  (door as Server | undefined)?.close();
  await removeFromDocker(`name=^${NETWORK}$`);
}, MINUTE);

/** Lets one account in, and hands on what it sends. */
async function letIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const login = Buffer.from("123456:right").toString("base64");
  if (isAway || request.headers.authorization !== `Basic ${login}`) {
    response.writeHead(isAway ? 503 : 401).end();
    return;
  }
  const names = ["content-type", "content-encoding", "x-prometheus-remote-write-version"];
  const headers = names.map((name) => [name, String(request.headers[name])] as const);
  const answer = await fetch(`${store.origin}/api/v1/write`, {
    method: "POST",
    headers: Object.fromEntries(headers),
    body,
  });
  response.writeHead(answer.status).end();
}

/** Times of the samples of `up` in the last minutes, in whole seconds. */
async function samples({ origin }: PrometheusServer): Promise<readonly number[]> {
  const query = 'up{job="prometheus"}[5m]';
  const asked = await fetch(`${origin}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const { data } = (await asked.json()) as {
    data: { result: readonly { values: readonly [number, string][] }[] };
  };
  return data.result.flatMap(({ values }) => values.map(([time]) => time));
}

const firing = (names: readonly string[]) =>
  waitFor(
    { what: `alerts are ${names.join(", ") || "over"}`, deadlineMs: MINUTE },
    () => prometheus.firing(),
    (seen) => seen.join() === names.join(),
  );

test(
  "every sample is in the other store too, with the labels that it has here",
  async () => {
    await waitFor(
      { what: "samples in the other store", deadlineMs: MINUTE },
      () => store.values('up{env="dev",host="monitoring",service="prometheus",job="prometheus"}'),
      (values) => values.join() === "1",
    );
    expect(await prometheus.firing()).toEqual([]);
  },
  2 * MINUTE,
);

test(
  "a store that is away is told, and then gets all that it missed",
  async () => {
    isAway = true;
    await firing(["RemoteWriteBehind"]);
    isAway = false;
    await firing([]);
    const here = await samples(prometheus);
    const there = await waitFor(
      { what: "the newest sample in the other store", deadlineMs: MINUTE },
      () => samples(store),
      (seen) => seen.includes(here.at(-1) ?? 0),
    );
    expect(here.length).toBeGreaterThan(10);
    expect(there.filter((time) => time <= (here.at(-1) ?? 0))).toEqual(here);
  },
  3 * MINUTE,
);

test(
  "a wrong password is told, and the right one is used without a restart",
  async () => {
    await prometheus.write({ [PASSWORD_FILE]: "wrong" });
    await firing(["RemoteWriteRefused"]);
    await prometheus.write({ [PASSWORD_FILE]: "right" });
    await firing([]);
    const newest = (await samples(prometheus)).at(-1) ?? 0;
    await waitFor(
      { what: "samples of now in the other store", deadlineMs: MINUTE },
      () => samples(store),
      (seen) => (seen.at(-1) ?? 0) > newest,
    );
  },
  3 * MINUTE,
);
