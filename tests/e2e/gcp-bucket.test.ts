import type { LogBucketArgs } from "../../components/log-bucket";
import { BucketServer } from "../support/bucket-server";
import { GoogleCloud } from "../support/gcp-plugin/cloud";
import { type GcpStack, gcpStack, planOf } from "../support/gcp-plugin/stack";

/**
 * The bucket for logs under the real engine. The gcp plugin is a stand-in that takes no input but the
 * published SDK's; the cloud it talks to is one too, with its objects in fake-gcs-server.
 */
const MINUTE = 60_000;
const PROJECT_ID = "sightline-test";
const NAME = "sightline-made-logs";
const ACCOUNT = `shop-loki@${PROJECT_ID}.iam.gserviceaccount.com`;

let store: BucketServer;
let cloud: GoogleCloud;
let stack: GcpStack;

beforeAll(async () => {
  store = await BucketServer.start("gcs", "127.0.0.1");
  cloud = await GoogleCloud.start({ address: "127.0.0.1", store: store.door.origin });
  stack = await gcpStack(cloud.origin);
}, 15 * MINUTE);

afterAll(async () => {
  await (stack as GcpStack | undefined)?.remove();
  await (cloud as GoogleCloud | undefined)?.stop();
  await (store as BucketServer | undefined)?.stop();
}, MINUTE);

function logs(keyVersion = 1, others: Partial<LogBucketArgs> = {}): LogBucketArgs {
  return {
    storage: {
      ...{ kind: "gcs", project: PROJECT_ID, location: "europe-west1", bucket: NAME },
      ...{ existing: false, credentials: "file", keyVersion },
    },
    prefix: "shop",
    retentionMs: 7 * 24 * 60 * MINUTE,
    retain: true,
    ...others,
  };
}

/** What an update made, changed and took away, with keys by their age. */
async function changesBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  const known = Object.values(cloud.accounts.all).flat();
  cloud.changes.length = 0;
  await work();
  return cloud.changes.map((change) =>
    known.reduce((text, id, age) => text.replace(id, `old key ${age + 1}`), change),
  );
}

const BUCKET_PATH = `/storage/v1/b/${NAME}`;
const ACCOUNTS_PATH = `/v1/projects/${PROJECT_ID}/serviceAccounts`;
const ACCOUNT_PATH = `${ACCOUNTS_PATH}/${ACCOUNT}`;

test(
  "is made with what deletes chunks after seven days, and one account that may use its objects",
  async () => {
    await stack.up(planOf({ logBucket: logs() }));
    expect(cloud.buckets.setting(NAME)).toEqual({
      name: NAME,
      location: "EUROPE-WEST1",
      storageClass: "STANDARD",
      labels: {},
      lifecycle: {
        rule: [{ action: { type: "Delete" }, condition: { age: 7, matchesPrefix: ["fake/"] } }],
      },
      iamConfiguration: {
        publicAccessPrevention: "enforced",
        uniformBucketLevelAccess: { enabled: true },
      },
      softDeletePolicy: { retentionDurationSeconds: "0" },
    });
    expect(cloud.accounts.all).toEqual({ [ACCOUNT]: [expect.stringMatching(/^[0-9a-f]{32}$/)] });
    expect(cloud.buckets.mayUseObjects(ACCOUNT, NAME)).toBe(true);
  },
  MINUTE,
);

test(
  "is not touched again: the next preview is empty, and so is what a refresh finds",
  async () => {
    const changes = await changesBy(async () => {
      await stack.refresh();
      await stack.expectNoChanges();
    });
    expect(changes).toEqual([]);
  },
  MINUTE,
);

test(
  "keeps the key of before until the new one is there, and follows the retention in place",
  async () => {
    const retentionMs = 14 * 24 * 60 * MINUTE;
    const changes = await changesBy(() =>
      stack.up(planOf({ logBucket: logs(2, { retentionMs }) })),
    );
    expect([...changes].sort()).toEqual([
      `DELETE ${ACCOUNT_PATH}/keys/old key 1`,
      `PATCH ${BUCKET_PATH}`,
      `POST ${ACCOUNT_PATH}/keys`,
    ]);
    expect(changes.at(-1)).toBe(`DELETE ${ACCOUNT_PATH}/keys/old key 1`);
    expect(cloud.buckets.setting(NAME)?.lifecycle).toEqual({
      rule: [{ action: { type: "Delete" }, condition: { age: 14, matchesPrefix: ["fake/"] } }],
    });
  },
  MINUTE,
);

test(
  "stays where data is protected when logs are kept elsewhere; its account and its key go",
  async () => {
    await put(NAME, "fake/chunk");
    expect(await changesBy(() => stack.up(planOf()))).toEqual([
      `DELETE ${ACCOUNT_PATH}/keys/old key 1`,
      `PUT ${BUCKET_PATH}/iam`,
      `DELETE ${ACCOUNT_PATH}`,
    ]);
    expect(cloud.accounts.all).toEqual({});
    expect(await objects(NAME)).toEqual(["fake/chunk"]);
  },
  MINUTE,
);

test(
  "is taken away with all logs by the destroy of a stack that protects none",
  async () => {
    const bucket = "sightline-short-lived";
    const storage = { ...logs().storage, bucket };
    await stack.up(planOf({ logBucket: logs(1, { storage, retain: false }) }));
    await put(bucket, "fake/chunk");
    await stack.destroy();
    expect(await objects(bucket)).toBe("not found");
    expect(cloud.accounts.all).toEqual({});
    expect(await objects(NAME)).toEqual(["fake/chunk"]);
  },
  2 * MINUTE,
);

/** Writes an object as the owner does. */
async function put(bucket: string, object: string): Promise<void> {
  const query = `uploadType=media&name=${encodeURIComponent(object)}`;
  const url = `${store.door.origin}/upload/storage/v1/b/${bucket}/o?${query}`;
  expect((await fetch(url, { method: "POST", body: "lines" })).status).toBe(200);
}

async function objects(bucket: string): Promise<readonly string[] | "not found"> {
  const answer = await fetch(`${store.door.origin}/storage/v1/b/${bucket}/o`);
  if (answer.status === 404) return "not found";
  const { items = [] } = (await answer.json()) as { items?: readonly { name: string }[] };
  return items.map(({ name }) => name);
}
