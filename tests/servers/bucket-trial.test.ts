import { $ } from "zx";

import { gather } from "../../configs/gathered";
import { KEEPER_IMAGE } from "../../configs/keeper";
import { lokiSpec } from "../../configs/services/loki";
import type { Settings } from "../../configs/settings/settings";
import { bucketTrial } from "../../configs/storage/bucket-trial";
import { trialScript } from "../../configs/trial";
import { trialServer } from "../../configs/trial-server";
import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { BucketServer } from "../support/bucket-server";
import { removeFromDocker } from "../support/docker-cleanup";
import { gatewayOf } from "../support/docker-network";
import { devSettings } from "../support/fixtures";
import { KeeperRun } from "../support/keeper-run";
import { MINUTE } from "../support/loki-lines";
import { quiet } from "../support/quiet";

/** The trial of a Loki that is about to be replaced, as its host runs it, with real containers. */
const PREFIX = "sightline-trial-test";
const DEADLINE_SECONDS = 4;

describe.each(["gcs", "s3"] as const)("a bucket of kind %s", (kind) => {
  let bucket: BucketServer;
  let keepers: readonly KeeperRun[];
  let settings: Settings;

  beforeAll(async () => {
    bucket = await BucketServer.start(kind, await gatewayOf("bridge"));
    // It is the bucket that is tried, also where today's lines still go to the disk.
    const before = kind === "gcs" ? { kind: "filesystem", until: "2999-12-31" } : undefined;
    const logs = { storage: bucket.storage, storageBefore: before };
    settings = { ...devSettings({ logs }), prefix: PREFIX };
    const { configuration, secretFiles = [], user } = spec();
    const files = configuration?.files({ lokiPushUrl: "", logBucket: bucket.bucket }) ?? {};
    const [config, secrets] = [
      await KeeperRun.create(`${PREFIX}-loki-config`),
      await KeeperRun.create(`${PREFIX}-loki-secrets`),
    ];
    keepers = [config, secrets];
    await config.deploy(files);
    const [keyFile = ""] = secretFiles;
    await secrets.deploy({ [keyFile]: bucket.keyFile }, { OWNER_UID: user.split(":")[0] ?? "" });
    await Promise.all(keepers.map((keeper) => keeper.statusIs("live")));
  }, 15 * MINUTE);

  afterAll(async () => {
    await Promise.all(keepers.map((keeper) => keeper.remove()));
    await removeFromDocker(`label=sightline.stack=${PREFIX}`);
    await (bucket as BucketServer | undefined)?.stop();
  }, MINUTE);

  const spec = () => lokiSpec(settings, () => ({ ...gather(settings, []), ruleGroups: [] }));

  /** What the shell on the host says; nothing where it is content. */
  async function tried(): Promise<string> {
    const trial = bucketTrial(settings.logs, DEADLINE_SECONDS);
    if (!trial) throw new Error("there is no trial");
    const { images } = await lastSetup();
    const loki = spec();
    const environment = { ...loki.environment, ...bucket.environment };
    const script = trialScript(trial, {
      name: `${PREFIX}-loki-trial`,
      server: trialServer(settings, {
        spec: { ...loki, environment },
        trial,
        image: images.loki ?? OFFICIAL_IMAGES.loki,
        network: "bridge",
      }),
      askerImage: images.keeper ?? KEEPER_IMAGE,
    });
    const { exitCode, stdout, stderr } = await $({
      input: script,
      quiet: true,
      nothrow: true,
    })`sh -s`;
    return exitCode === 0 ? stdout : stderr.trim();
  }

  test(
    "that can be written to is: one object, and its index",
    async () => {
      expect(await tried()).toBe("");
      expect(await bucket.objects("fake")).toHaveLength(1);
      expect(await bucket.objects("index")).toHaveLength(1);
    },
    2 * MINUTE,
  );

  test(
    "that lets nobody in is told of, in the store's own words",
    async () => {
      bucket.door.state = "forbidden";
      expect(await tried()).toMatch(
        /^Loki cannot write to its bucket, and was not replaced: [^\\\n]+(403 Forbidden|Access Denied\.)$/,
      );
    },
    2 * MINUTE,
  );

  test(
    "that does not answer is told of",
    async () => {
      bucket.door.state = "silent";
      expect(await tried()).toMatch(/^Loki cannot write to its bucket, and was not replaced: /);
    },
    2 * MINUTE,
  );

  test("is tried by a container that is gone afterwards", async () => {
    expect(await quiet`docker ps --all --quiet --filter name=${PREFIX}-loki-trial`).toBe("");
  });
});
