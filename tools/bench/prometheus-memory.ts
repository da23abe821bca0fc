import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { $ } from "zx";

import { placedSpecs } from "../../configs/hosts";
import { appHosts, hostOf } from "../../configs/placement";
import { CONFIG_PATH } from "../../configs/service-spec";
import type { Settings } from "../../configs/settings/settings";
import { OFFICIAL_IMAGES } from "../images/official";
import { lastSetup } from "../setup/setup";
import { addressOf } from "./fleet-stack";
import { instantValue } from "./instant-value";

const NAME = "fleet-bench-server";
const ORIGIN = "http://127.0.0.1:29190";
const MEASURE_AFTER_MS = 3 * 60_000;
/** Where an app host's exporters are scraped from other hosts. */
const PORTS = [8081, 9080, 9100];

/** What a real app host answers, by port. */
export type Scrapes = ReadonlyMap<number, string>;

/** Keeps one answer of each exporter of the first app host, which must be deployed. */
export async function recordScrapes(): Promise<Scrapes> {
  const answers = PORTS.map(async (port) => {
    const answer = await fetch(`http://${addressOf(1)}:${port}/metrics`);
    if (!answer.ok) throw new Error(`port ${port} of the app host answered ${answer.status}`);
    return [port, await answer.text()] as const;
  });
  return new Map(await Promise.all(answers));
}

/**
 * Runs Prometheus alone with the rendered files of a stack, while every app host answers what was
 * recorded, and says what it holds after some minutes.
 */
export async function prometheusMemory(settings: Settings, scrapes: Scrapes): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-fleet-prometheus-"));
  const servers = await answering(settings, scrapes);
  try {
    await writeConfiguration(folder, settings);
    const container = [
      ...["--detach", "--name", NAME, "--volume", `${folder}:${CONFIG_PATH}:ro`],
      ...["--publish", `${new URL(ORIGIN).host}:9090`, "--read-only", "--volume", "/prometheus"],
    ];
    const image = (await lastSetup()).images.prometheus ?? OFFICIAL_IMAGES.prometheus;
    const flags = [`--config.file=${CONFIG_PATH}/prometheus.yml`];
    await $`docker run ${container} ${image} ${flags} --storage.tsdb.path=/prometheus`.quiet();
    await sleep(MEASURE_AFTER_MS);
    return await figures();
  } finally {
    await $`docker rm --force --volumes ${NAME}`.quiet().nothrow();
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map((server) => once(server.close(), "close")));
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeConfiguration(folder: string, settings: Settings): Promise<void> {
  const found = placedSpecs(settings).find(({ spec }) => spec.name === "prometheus");
  const files = found?.spec.configuration?.files({ lokiPushUrl: "", logBucket: "" }) ?? {};
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  await $`chmod -R a+rX ${folder}`.quiet();
}

async function answering(settings: Settings, scrapes: Scrapes): Promise<readonly Server[]> {
  const servers = appHosts(settings).flatMap((host) =>
    [...scrapes].map(([port, text]) => {
      const server = createServer((_, answer) => {
        answer.setHeader("Content-Type", "text/plain; version=0.0.4");
        answer.end(text);
      });
      return server.listen(port, hostOf(settings, host).address);
    }),
  );
  await Promise.all(servers.map((server) => once(server, "listening")));
  return servers;
}

async function figures(): Promise<string> {
  const value = async (expr: string) => (await instantValue(ORIGIN, expr)) ?? Number.NaN;
  const up = await value("count(up == 1)");
  const status = await (await fetch(`${ORIGIN}/api/v1/status/tsdb`)).json();
  const { headStats } = (status as { data: { headStats: { numSeries: number } } }).data;
  const { stdout } = await $`docker exec ${NAME} cat /proc/1/status`.quiet();
  const [, resident = "0"] = /^VmRSS:\s+(\d+)/m.exec(stdout) ?? [];
  const slowest = await value("max(scrape_duration_seconds)");
  return (
    `${up} targets up, ${headStats.numSeries} series, ${Math.round(Number(resident) / 1_024)} MiB ` +
    `resident, slowest scrape ${slowest.toFixed(2)} s`
  );
}
