import { lokiConfig } from "../../configs/services/loki";
import type { Settings } from "../../configs/settings/settings";
import { objectStore } from "../../configs/storage/object-store";
import { toYaml } from "../../configs/yaml";
import { BucketServer } from "../support/bucket-server";
import { gatewayOf } from "../support/docker-network";
import { devSettings } from "../support/fixtures";
import { DAY, MINUTE, nginxError, SECOND } from "../support/loki-lines";
import { LokiServer, renderedFiles } from "../support/loki-server";
import { waitFor } from "../support/wait";

/**
 * A real Loki whose logs move from its disk to a bucket: fake-gcs-server in the place of Google. Here the
 * day on which they move is yesterday, because nobody waits for midnight.
 */
let bucket: BucketServer;
let loki: LokiServer;

beforeAll(async () => {
  bucket = await BucketServer.start("gcs", await gatewayOf("bridge"));
  const settings = moved();
  const [keyFile = ""] = objectStore(settings.logs.storage, "")?.secretFiles ?? [];
  loki = await LokiServer.start({
    settings,
    secrets: { [keyFile]: bucket.keyFile },
    dockerArgs: Object.entries(bucket.environment).map(([name, value]) => `--env=${name}=${value}`),
    change: () => lokiConfig(devSettings(), ""),
  });
}, 15 * MINUTE);

afterAll(async () => {
  await (loki as LokiServer | undefined)?.stop();
  await (bucket as BucketServer | undefined)?.stop();
}, MINUTE);

function moved(storageBefore?: object): Settings {
  return devSettings({ logs: { storage: bucket.storage, storageBefore } });
}

/** Starts Loki anew with what is rendered for other settings. */
async function restartWith(settings: Settings): Promise<void> {
  const main = { "loki.yml": toYaml(lokiConfig(settings, bucket.bucket)) };
  await loki.putFiles({ ...renderedFiles(settings), ...main });
  await loki.restart();
}

async function push(env: string, ageMs: number): Promise<void> {
  const { labels, fields, text } = nginxError("error", "open() failed");
  const atMs = Date.now() - ageMs;
  await loki.push(
    [0, 1, 2].map((index) => ({
      ...{ labels: { ...labels, env }, fields, text },
      atMs: atMs + index * SECOND,
    })),
  );
}

/** How many lines of the last four days are found, by the label they were pushed with. */
async function found(): Promise<Readonly<Record<string, number>>> {
  const query = "sum by (env) (count_over_time({env=~`.+`} [4d]))";
  const samples = await loki.query(query, Date.now());
  return Object.fromEntries(samples.map(({ labels, value }) => [labels.env ?? "", value]));
}

async function written(where: () => Promise<number>, count: number): Promise<void> {
  await loki.flush();
  await waitFor({ what: `${count} chunks`, deadlineMs: MINUTE }, where, (now) => now === count);
}
const onDisk = () => loki.filesBelow("/loki/chunks/fake");
const inBucket = async () => (await bucket.objects("fake")).length;

test(
  "lines of before are found beside the new ones, also those that were not yet written to the disk",
  async () => {
    await push("written", 3 * DAY);
    await written(onDisk, 1);
    await push("in-memory", 3 * DAY);

    const until = new Date(Date.now() - DAY).toISOString().slice(0, 10);
    await restartWith(moved({ kind: "filesystem", until }));
    await push("new", MINUTE);
    await written(inBucket, 1);
    expect(await onDisk()).toBe(2);
    await loki.restart();
    expect(await found()).toEqual({ written: 3, "in-memory": 3, new: 3 });
  },
  3 * MINUTE,
);

test(
  "without the setting they stay on the disk, out of sight",
  async () => {
    await restartWith(moved());
    expect(await found()).toEqual({ new: 3 });
    expect(await onDisk()).toBe(2);
  },
  2 * MINUTE,
);
