import { BucketServer } from "../support/bucket-server";
import { gatewayOf } from "../support/docker-network";
import { devSettings } from "../support/fixtures";
import { apiEnvironment, ask } from "../support/gcp-plugin/api";
import { bucketResource } from "../support/gcp-plugin/bucket";
import { GoogleCloud } from "../support/gcp-plugin/cloud";
import { GoogleName } from "../support/gcp-plugin/google-name";
import { accountResource, keyResource, memberResource } from "../support/gcp-plugin/identity";
import { MINUTE, nginxError } from "../support/loki-lines";
import { LokiServer } from "../support/loki-server";
import { plainOf } from "../support/plugin-inputs";
import { waitFor } from "../support/wait";

/**
 * A real Loki that knows Google by its own name, over TLS, and shows the key of an account. The cloud
 * is a stand-in, with objects in fake-gcs-server; it looks at the key and at the account's right.
 */
const PROJECT = "sightline-test";
const BUCKET = "sightline-account-logs";
const storage = {
  ...{ kind: "gcs", project: PROJECT, location: "europe-west1", bucket: BUCKET },
  credentials: "file",
} as const;

let store: BucketServer;
let cloud: GoogleCloud;
let google: GoogleName;
let loki: LokiServer;
let member: string;
let right: { bucket: string; role: string; member: string };

beforeAll(async () => {
  const address = await gatewayOf("bridge");
  store = await BucketServer.start("gcs", address);
  cloud = await GoogleCloud.start({ address, store: store.door.origin });
  Object.assign(process.env, apiEnvironment(cloud.origin));
  google = await GoogleName.open(address, cloud.listener);
  await bucketResource.create({ name: BUCKET, project: PROJECT, location: "europe-west1" });
  const account = await accountResource.create({ accountId: "shop-loki", project: PROJECT });
  member = String(account.outs.member);
  right = { bucket: BUCKET, role: "roles/storage.objectUser", member };
  await memberResource.create(right);
  const key = await keyResource.create({ serviceAccountId: account.id });
  const encoded = String(plainOf(key.outs).privateKey);
  const keyFile = Buffer.from(encoded, "base64").toString("utf8");
  loki = await LokiServer.start({
    settings: devSettings({ logs: { storage } }),
    bucket: BUCKET,
    secrets: { "gcs-key.json": keyFile },
    dockerArgs: google.dockerArgs,
  });
  // The store is compiled when it is first wanted.
}, 15 * MINUTE);

afterAll(async () => {
  await (loki as LokiServer | undefined)?.stop();
  await (google as GoogleName | undefined)?.close();
  await (cloud as GoogleCloud | undefined)?.stop();
  await (store as BucketServer | undefined)?.stop();
}, MINUTE);

async function chunks(): Promise<number> {
  const answer = await fetch(`${store.door.origin}/storage/v1/b/${BUCKET}/o?prefix=fake/`);
  const { items = [] } = (await answer.json()) as { items?: unknown[] };
  return items.length;
}

/** Pushes a line, and has Loki write what is in memory. */
async function write(): Promise<void> {
  const { labels, fields, text } = nginxError("error", "open() failed");
  await loki.push([{ labels, fields, text, atMs: Date.now() }]);
  await loki.flush();
}

async function written(count: number): Promise<void> {
  await waitFor(
    {
      what: `${count} chunks in the bucket, refused: ${cloud.refusals.join(", ")}`,
      deadlineMs: MINUTE,
    },
    chunks,
    (found) => found === count,
  );
}

test(
  "Loki writes with its account's key",
  async () => {
    await write();
    await written(1);
    expect(cloud.refusals).toEqual([]);
  },
  2 * MINUTE,
);

test(
  "an account without the right writes nothing, and all of it when it has the right again",
  async () => {
    await memberResource.delete("", right);
    await write();
    const refusal = `${member.replace("serviceAccount:", "")} may not POST`;
    await waitFor(
      { what: "a refusal of the cloud", deadlineMs: MINUTE },
      () => Promise.resolve(cloud.refusals),
      (refusals) => refusals.some((words) => words.startsWith(refusal)),
    );
    expect(await chunks()).toBe(1);
    await memberResource.create(right);
    await written(2);
  },
  3 * MINUTE,
);

test("a bucket with logs is not deleted, unless all of it is to go", async () => {
  await expect(bucketResource.delete(BUCKET, { forceDestroy: false })).rejects.toThrow(
    `googleapi: Error 409: bucket ${BUCKET} has objects, and force_destroy is not set to true`,
  );
  await expect(ask("DELETE", `/storage/v1/b/${BUCKET}`)).rejects.toThrow(
    "googleapi: Error 409: The bucket you tried to delete is not empty.",
  );
  expect(await chunks()).toBe(2);
});
