import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { gather } from "../../configs/gathered";
import type { Files } from "../../configs/service-spec";
import { lokiConfig, lokiRetention } from "../../configs/services/loki";
import { prometheusConfig } from "../../configs/services/prometheus";
import { toYaml } from "../../configs/yaml";
import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { removeFromDocker } from "../support/docker-cleanup";
import { devSettings } from "../support/fixtures";
import { freePorts } from "../support/free-ports";
import { DAY, MINUTE, nginxError, SECOND } from "../support/loki-lines";
import { LokiServer, renderedFiles } from "../support/loki-server";
import { quiet } from "../support/quiet";
import { waitFor } from "../support/wait";

/**
 * Seven days, by the real servers: what is eight days old goes, what is six days old stays. The
 * retention is the rendered one; only how often the servers look is made faster.
 */
const settings = devSettings();
const NOW = Date.now();
const AGES = { old: 8 * DAY, young: 6 * DAY, fresh: MINUTE } as const;
type Age = keyof typeof AGES;

function seconds(sinceMs: number): string {
  return ((Date.now() - sinceMs) / 1_000).toFixed(1);
}

/** Loki as it is deployed, but for how often it looks; it must take old lines to have any. */
function faster(config: ReturnType<typeof lokiConfig>) {
  return {
    ...config,
    compactor: {
      ...config.compactor,
      compaction_interval: "2s",
      retention_delete_delay: "1s",
    },
    limits_config: { ...config.limits_config, reject_old_samples: false },
  };
}

/** Its files with another retention, which hides nothing: old lines shall be gone. */
function filesKeeping(retention: string): Files {
  const other = devSettings({ logs: { retention } });
  const { overrides } = lokiRetention(other);
  const seen = { fake: { ...overrides.fake, max_query_lookback: "0s" } };
  return {
    ...renderedFiles(other),
    "loki.yml": toYaml(faster(lokiConfig(other, ""))),
    "retention.yml": toYaml({ overrides: seen }),
  };
}

describe("log lines", () => {
  let loki: LokiServer;

  beforeAll(async () => {
    loki = await LokiServer.start({ settings, change: faster });
    await loki.putFiles(filesKeeping("30d"));
    await loki.restart();
  }, 2 * MINUTE);

  afterAll(async () => {
    await loki.stop();
  }, MINUTE);

  async function linesOfAge(age: Age): Promise<number> {
    const query = `sum(count_over_time({env="${age}"} [1h]))`;
    const [sample] = await loki.query(query, NOW - AGES[age] + SECOND);
    return sample?.value ?? 0;
  }

  async function lines(): Promise<Readonly<Record<Age, number>>> {
    const [old, young, fresh] = await Promise.all(
      (["old", "young", "fresh"] as const).map(linesOfAge),
    );
    return { old: old ?? 0, young: young ?? 0, fresh: fresh ?? 0 };
  }

  test(
    "an edit from 30 days to 7 deletes those of eight days ago, keeps those of six, and restarts nothing",
    async () => {
      const { labels, fields, text } = nginxError("error", "open() failed");
      await loki.push(
        Object.entries(AGES).flatMap(([env, ageMs]) =>
          Array.from({ length: 10 }, (_, index) => ({
            labels: { ...labels, env },
            fields,
            text,
            atMs: NOW - ageMs - index * SECOND,
          })),
        ),
      );
      await loki.flush();
      // It answers before all is written, and old lines are looked for on disk alone.
      await waitFor({ what: "ten lines of each age", deadlineMs: MINUTE }, lines, (found) =>
        Object.values(found).every((count) => count === 10),
      );
      expect(await loki.filesBelow("/loki/chunks/fake")).toBe(3);

      // At a start the index of past days is handed to the compactor, which else takes a quarter of an hour.
      await loki.restart();
      const start = Date.now();
      const startedAt = await loki.startedAt();
      await loki.putFiles(filesKeeping("7d"));
      await waitFor(
        { what: "the chunk of eight days ago is deleted", deadlineMs: 2 * MINUTE },
        () => loki.filesBelow("/loki/chunks/fake"),
        (files) => files === 2,
      );
      console.log(`retention: lines of 8 days ago gone after ${seconds(start)} s`);
      expect(await lines()).toEqual({ old: 0, young: 10, fresh: 10 });
      expect(await loki.startedAt()).toBe(startedAt);
    },
    5 * MINUTE,
  );
});

describe("samples", () => {
  const id = `sightline-retention-${process.pid}`;
  let folder: string;
  let image: string;
  let port: number;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "sightline-retention-"));
    await chmod(folder, 0o755);
    ({ prometheus: port } = await freePorts(["prometheus"]));
    image = (await lastSetup()).images.prometheus ?? OFFICIAL_IMAGES.prometheus;
    await writeBlocks();
  }, 2 * MINUTE);

  afterAll(async () => {
    await removeFromDocker(`label=sightline.test=${id}`);
    await rm(folder, { recursive: true, force: true });
  }, MINUTE);

  /** Three blocks of two hours, with a sample of each age. */
  async function writeBlocks(): Promise<void> {
    const samples = Object.entries(AGES).map(
      ([age, ageMs]) => `written{age="${age}"} 1 ${(NOW - ageMs) / 1_000}`,
    );
    const text = ["# TYPE written gauge", ...samples, "# EOF", ""].join("\n");
    await writeFile(path.join(folder, "samples"), text, { mode: 0o644 });
    const label = `sightline.test=${id}`;
    await quiet`docker volume create --label ${label} ${id}`;
    const mounts = [`--volume=${id}:/prometheus`, `--volume=${folder}:/in:ro`];
    const args = ["tsdb", "create-blocks-from", "openmetrics", "/in/samples", "/prometheus"];
    await quiet`docker run --rm --network=none ${mounts} --entrypoint /bin/promtool ${image} ${args}`;
  }

  /** Ages of the samples that Prometheus finds after a start with this retention. */
  async function agesFound(retention: string): Promise<readonly string[]> {
    const changed = devSettings({ metrics: { retention } });
    const config = prometheusConfig(changed, { ...gather(changed, []), ruleGroups: [] });
    await writeFile(path.join(folder, "prometheus.yml"), toYaml(config), { mode: 0o644 });
    const container = [
      ...["--detach", "--rm", "--name", id, "--label", `sightline.test=${id}`],
      ...[`--volume=${id}:/prometheus`, `--volume=${folder}:/in:ro`],
      ...["--publish", `127.0.0.1:${port}:9090`],
    ];
    const args = ["--config.file=/in/prometheus.yml", "--storage.tsdb.path=/prometheus"];
    await quiet`docker run ${container} ${image} ${args}`;
    try {
      await waitFor(
        { what: "Prometheus is ready", deadlineMs: MINUTE },
        async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).status,
        (status) => status === 200,
      );
      return await agesOfSamples();
    } finally {
      await quiet`docker stop ${id}`;
    }
  }

  async function agesOfSamples(): Promise<readonly string[]> {
    const address = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent("written[10d]")}`;
    const { data } = (await (await fetch(address)).json()) as {
      data: { result: readonly { metric: Readonly<Record<string, string>> }[] };
    };
    return data.result.map(({ metric }) => metric.age ?? "").sort();
  }

  test(
    "those of eight days ago are deleted, those of six days ago are kept",
    async () => {
      expect(await agesFound("30d")).toEqual(["fresh", "old", "young"]);
      const start = Date.now();
      expect(await agesFound("7d")).toEqual(["fresh", "young"]);
      console.log(`retention: samples of 8 days ago gone after ${seconds(start)} s`);
      // They are gone, not hidden.
      expect(await agesFound("30d")).toEqual(["fresh", "young"]);
    },
    5 * MINUTE,
  );

  test("the shipped retention is the one that was tried", () => {
    expect(settings.metrics.retention).toBe(7 * DAY);
    expect(settings.logs.retention).toBe(7 * DAY);
  });
});
