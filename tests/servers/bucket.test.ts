import { setTimeout as sleep } from "node:timers/promises";

import { lokiRules } from "../../configs/rules/loki";
import type { Settings } from "../../configs/settings/settings";
import { objectStore } from "../../configs/storage/object-store";
import { prometheusDuration } from "../../configs/units";
import { toYaml } from "../../configs/yaml";
import { BucketServer } from "../support/bucket-server";
import { gatewayOf } from "../support/docker-network";
import { devSettings } from "../support/fixtures";
import { DAY, MINUTE, nginxError, SECOND } from "../support/loki-lines";
import { LokiServer } from "../support/loki-server";
import { PrometheusServer } from "../support/prometheus-server";
import { waitFor } from "../support/wait";

/**
 * A real Loki with the rendered configuration, and a bucket: fake-gcs-server in the place of Google,
 * MinIO as what speaks S3. Its key comes from a file, as it does where no machine has an account.
 */

/** How long the bucket does not answer. */
const SILENCE_MS = Number(process.env.SIGHTLINE_BUCKET_SILENCE_S ?? 10) * SECOND;

/** Loki looks at its bucket every two minutes, and the alert at five; here all is thirty times faster. */
const IS_FAST = process.env.SIGHTLINE_BUCKET_PACE !== "shipped";
const FAST_ALERT = { LokiObjectStoreErrors: { over: "10s", for: "2s" } };
const FAST_LOOK = { tsdb_shipper: { resync_interval: "2s" } };
const FAST_INTERVALS = { scrape: "1s", evaluation: "1s" };

/** When the last line of a chunk was written: the name has its times in hexadecimal milliseconds. */
function endOf(chunk: string): number {
  return Number.parseInt(chunk.split("/").at(-1)?.split(":")[1] ?? "", 16);
}

describe.each(["gcs", "s3"] as const)("logs in a bucket of kind %s", (kind) => {
  let bucket: BucketServer;
  let loki: LokiServer;
  let settings: Settings;

  beforeAll(async () => {
    bucket = await BucketServer.start(kind, await gatewayOf("bridge"));
    settings = devSettings({
      logs: { storage: bucket.storage },
      ...(IS_FAST ? { alerts: FAST_ALERT, intervals: FAST_INTERVALS } : {}),
    });
    const [keyFile = ""] = objectStore(settings.logs.storage, "")?.secretFiles ?? [];
    loki = await LokiServer.start({
      settings,
      bucket: bucket.bucket,
      secrets: { [keyFile]: bucket.keyFile },
      dockerArgs: Object.entries(bucket.environment).map(
        ([name, value]) => `--env=${name}=${value}`,
      ),
      change: (config) => ({
        ...config,
        // It must take lines that are older than it keeps, to have some whose chunk is gone.
        limits_config: { ...config.limits_config, reject_old_samples: false },
        ...(IS_FAST ? { storage_config: { ...config.storage_config, ...FAST_LOOK } } : {}),
      }),
    });
  }, 15 * MINUTE);

  afterAll(async () => {
    await (loki as LokiServer | undefined)?.stop();
    await (bucket as BucketServer | undefined)?.stop();
  }, MINUTE);

  async function push(env: string, count: number, ageMs = MINUTE): Promise<void> {
    const { labels, fields, text } = nginxError("error", "open() failed");
    await loki.push(
      Array.from({ length: count }, (_, index) => ({
        labels: { ...labels, env },
        fields,
        text,
        atMs: Date.now() - ageMs - index * SECOND,
      })),
    );
  }

  async function lines(env: string): Promise<number> {
    const [sample] = await loki.query(`sum(count_over_time({env="${env}"} [1h]))`, Date.now());
    return sample?.value ?? 0;
  }

  /** Lines as Explore asks for them; Loki cuts the time to what it keeps. */
  async function linesOfTenDays(environments: string): Promise<number> {
    const parameters = new URLSearchParams({
      query: `{env=~"${environments}"}`,
      start: String((Date.now() - 10 * DAY) * 1e6),
      end: String(Date.now() * 1e6),
      limit: "100",
    });
    const answer = await fetch(`${loki.origin}/loki/api/v1/query_range?${parameters.toString()}`);
    const { data } = (await answer.json()) as { data: { result: { values: unknown[] }[] } };
    return data.result.reduce((sum, { values }) => sum + values.length, 0);
  }

  /** A Prometheus with the stack's rules on Loki. */
  async function watching(): Promise<PrometheusServer> {
    const { intervals } = settings;
    return PrometheusServer.startWith({
      "prometheus.yml": toYaml({
        global: {
          scrape_interval: prometheusDuration(intervals.scrape),
          evaluation_interval: prometheusDuration(intervals.evaluation),
        },
        rule_files: ["loki.yml"],
        scrape_configs: [
          { job_name: "loki", static_configs: [{ targets: [await loki.address()] }] },
        ],
      }),
      "loki.yml": toYaml({ groups: [{ name: "loki", rules: lokiRules(settings).rules }] }),
    });
  }

  /** Writes what is in memory to the bucket, and waits for it. */
  async function flush(chunks: number): Promise<void> {
    await loki.flush();
    await waitFor(
      { what: `${chunks} chunks in the bucket`, deadlineMs: MINUTE },
      () => bucket.objects("fake"),
      ({ length }) => length === chunks,
    );
  }

  test(
    "are read from there after a restart",
    async () => {
      await push("stored", 10);
      await flush(1);
      await loki.restart();
      expect(await lines("stored")).toBe(10);
      // At its start, Loki hands over the index of what it wrote before.
      expect(await bucket.objects("index")).not.toEqual([]);
    },
    3 * MINUTE,
  );

  test(
    "none that was taken is lost while the bucket does not answer, nor by a power cut then",
    async () => {
      bucket.door.state = "silent";
      await push("silence", 10);
      await loki.flush();
      await sleep(SILENCE_MS);
      await push("silence", 10);
      expect(await bucket.objects("fake")).toHaveLength(1);
      await loki.kill();
      bucket.door.state = "open";
      await loki.resume();
      expect(await lines("silence")).toBe(20);
      await flush(2);
      await loki.restart();
      expect(await lines("silence")).toBe(20);
    },
    3 * MINUTE + SILENCE_MS,
  );

  test(
    "are looked for no further back than they are kept: a chunk that the bucket deleted breaks no query",
    async () => {
      const before = await bucket.objects("fake");
      await push("deleted", 10, 8 * DAY);
      await push("kept", 10, MINUTE);
      await flush(before.length + 2);
      const added = (await bucket.objects("fake")).filter((name) => !before.includes(name));
      const old = added.filter((name) => endOf(name) < Date.now() - 7 * DAY);
      expect(old).toHaveLength(1);
      for (const name of old) await bucket.remove(name);
      await loki.restart();
      expect(await linesOfTenDays("kept|deleted")).toBe(10);
    },
    3 * MINUTE,
  );

  test(
    "raise LokiObjectStoreErrors where the bucket lets nobody in, though no line is written",
    async () => {
      const prometheus = await watching();
      try {
        bucket.door.state = "forbidden";
        const start = Date.now();
        await waitFor(
          { what: "LokiObjectStoreErrors fires", deadlineMs: IS_FAST ? MINUTE : 5 * MINUTE },
          () => prometheus.firing(),
          (names) => names.includes("LokiObjectStoreErrors"),
        );
        console.log(`${kind}: forbidden was told after ${(Date.now() - start) / SECOND} s`);
      } finally {
        await prometheus.stop();
      }
    },
    6 * MINUTE,
  );
});
