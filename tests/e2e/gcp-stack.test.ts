import { lastSetup } from "../../tools/setup/setup";
import { BucketServer } from "../support/bucket-server";
import { gatewayOf } from "../support/docker-network";
import { GoogleCloud } from "../support/gcp-plugin/cloud";
import { withGcpPlugin } from "../support/gcp-plugin/environment";
import { GoogleName } from "../support/gcp-plugin/google-name";
import { quiet } from "../support/quiet";
import { Servers } from "../support/servers";
import { TestStack } from "../support/test-stack";
import { describeWhenAsked } from "../support/when-asked";

/**
 * A stack that keeps its logs at Google, by the real engine and with a real Loki. The gcp plugin and the
 * cloud are stand-ins; the cloud lets an account in by its key and its right on the bucket alone.
 */
const MINUTE = 60_000;
const PROJECT_ID = "sightline-test";
const BUCKET = "sightline-stack-logs";
const ACCOUNT = `gcp-stack-loki@${PROJECT_ID}.iam.gserviceaccount.com`;

// With all else, only in `npm run test:full`.
const maybe = describeWhenAsked("SIGHTLINE_BUCKET_STACK", "skipped: it takes four minutes");

maybe("a stack that keeps its logs at Google", () => {
  let store: BucketServer;
  let cloud: GoogleCloud;
  let google: GoogleName;
  let stack: TestStack;

  beforeAll(async () => {
    const address = await gatewayOf("bridge");
    store = await BucketServer.start("gcs", address);
    cloud = await GoogleCloud.start({ address, store: store.door.origin });
    google = await GoogleName.open(address, cloud.listener);
    stack = await TestStack.create(
      "gcp-stack",
      {
        "sightline:site.dockerNetwork": undefined,
        "sightline:logs.directories": {},
        "sightline:grafana": { enabled: false },
        "sightline:logs.storage": storage(1),
      },
      (environment) => withGcpPlugin(environment, cloud.origin),
    );
    const { images } = await lastSetup();
    const { loki = "grafana/loki:3.7.8" } = images;
    const [, tag = ""] = loki.split(":");
    const image = await google.image(loki, `sightline-test/loki-at-google:${tag}`);
    await stack.edit({ "sightline:images.loki": image });
  }, 20 * MINUTE);

  afterAll(async () => {
    await (stack as TestStack | undefined)?.remove();
    await (google as GoogleName | undefined)?.close();
    await (cloud as GoogleCloud | undefined)?.stop();
    await (store as BucketServer | undefined)?.stop();
  }, 5 * MINUTE);

  function storage(keyVersion: number): Record<string, unknown> {
    return {
      ...{ kind: "gcs", project: PROJECT_ID, location: "europe-west1", bucket: BUCKET },
      ...{ credentials: "file", keyVersion },
    };
  }

  const loki = () =>
    quiet`docker inspect --format ${"{{.Id}} {{.State.StartedAt}}"} ${stack.container("loki")}`;

  async function chunks(): Promise<number> {
    const answer = await fetch(`${store.door.origin}/storage/v1/b/${BUCKET}/o?prefix=fake/`);
    const { items = [] } = (await answer.json()) as { items?: unknown[] };
    return items.length;
  }

  test(
    "has its Loki write there with the key that was made, and is not touched by the next update",
    async () => {
      await stack.up();
      expect(await new Servers(stack).logLines(`{job="sightline"}`)).toEqual([
        "the bucket was tried before Loki is replaced",
      ]);
      expect(await chunks()).toBe(1);
      expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
    },
    10 * MINUTE,
  );

  test(
    "gives Loki a new key that it has tried, and takes the one of before back after that",
    async () => {
      const before = await loki();
      const [old = ""] = cloud.accounts.all[ACCOUNT] ?? [];
      cloud.changes.length = 0;
      await stack.edit({ "sightline:logs.storage.keyVersion": 2 });
      await stack.up();
      expect(await loki()).not.toBe(before);
      const keys = cloud.accounts.all[ACCOUNT];
      expect(keys).toEqual([expect.not.stringMatching(old)]);
      const account = `/v1/projects/${PROJECT_ID}/serviceAccounts/${ACCOUNT}`;
      expect(cloud.changes).toEqual([`POST ${account}/keys`, `DELETE ${account}/keys/${old}`]);
      // The old Loki wrote what it had in memory; how much that is, is its own affair.
      expect(await chunks()).toBeGreaterThan(1);
    },
    8 * MINUTE,
  );

  test(
    "takes bucket, account and logs away when it is destroyed",
    async () => {
      await stack.destroy();
      expect(cloud.accounts.all).toEqual({});
      expect(cloud.buckets.setting(BUCKET)).toBeUndefined();
      expect(await chunks()).toBe(0);
      expect(await stack.leftovers()).toEqual([]);
    },
    5 * MINUTE,
  );
});
