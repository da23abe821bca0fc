import { createHash } from "node:crypto";

import { Account } from "@pulumi/gcp/serviceaccount/account";
import { Key } from "@pulumi/gcp/serviceaccount/key";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import * as pulumi from "@pulumi/pulumi";

import { CHUNK_PREFIX } from "../configs/services/loki";
import { GCS_KEY_FILE, type LogStorage } from "../configs/storage/object-store";
import { wholeDays } from "../configs/units";
import type { Secrets } from "./container-service-args";

// Single modules of @pulumi/gcp: loading all of it takes seconds that dev would pay for nothing.

export type GcsStorage = Extract<LogStorage, { kind: "gcs" }>;

export interface LogBucketArgs {
  storage: GcsStorage;
  /** What names of the stack's own begin with. */
  prefix: string;
  /** How long logs are kept, in milliseconds; the bucket deletes chunks at that age. */
  retentionMs: number;
  /** Leave the bucket where it is when it goes out of the stack; without, it is deleted with all logs. */
  retain: boolean;
}

/** A Google Cloud Storage bucket for Loki's chunks and index, and the only account that may use it. */
export class LogBucket extends pulumi.ComponentResource {
  /** Name of the bucket; known when the account may write to it. */
  public readonly bucketName: pulumi.Output<string>;
  /** Mail address of the account that Loki runs as. */
  public readonly accountEmail: pulumi.Output<string>;
  /** The file with the account's key, where one was asked for. */
  public readonly secrets: Secrets;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:storage:LogBucket", name, {}, opts);
    const { storage } = args;
    const child = { parent: this };

    const bucket = madeBucket(name, args, this);
    const account = new Account(
      `${name}-account`,
      {
        project: storage.project,
        accountId: accountId(args.prefix),
        displayName: "Loki of Sightline: objects of one bucket, nothing else",
      },
      child,
    );
    const access = new BucketIAMMember(
      `${name}-access`,
      {
        bucket: bucket?.name ?? storage.bucket,
        role: "roles/storage.objectUser",
        member: account.member,
      },
      child,
    );

    this.secrets = keyFile(name, { storage, account, parent: this });
    this.bucketName = pulumi
      .all([bucket?.name ?? storage.bucket, access.id])
      .apply(([bucketName]) => bucketName);
    this.accountEmail = account.email;
    this.registerOutputs({ bucketName: this.bucketName, accountEmail: this.accountEmail });
  }
}

/**
 * Not protected, as volumes are: Pulumi would refuse every update after the settings name another place,
 * with Loki already there. It is let go instead, and `destroy` fails by the volumes.
 */
function madeBucket(name: string, args: LogBucketArgs, parent: LogBucket): Bucket | undefined {
  if (args.storage.existing) return undefined;
  const options = { parent, retainOnDelete: args.retain };
  return new Bucket(`${name}-bucket`, bucketArgs(args), options);
}

/** Two stacks in one project must not share an account: each may use its own bucket alone. */
function accountId(prefix: string): string {
  const id = `${prefix}-loki`;
  if (/^[a-z][a-z0-9-]{5,29}$/.test(id)) return id;
  return `sightline-${createHash("sha256").update(prefix).digest("hex").slice(0, 12)}`;
}

/**
 * A key for a Loki that does not run on Google's machines. Another version is another resource, so the
 * key before is taken back last, when Loki has the new one.
 */
function keyFile(
  name: string,
  { storage, account, parent }: { storage: GcsStorage; account: Account; parent: LogBucket },
): Secrets {
  if (storage.credentials !== "file") return {};
  const key = new Key(
    `${name}-key-${storage.keyVersion}`,
    { serviceAccountId: account.name },
    { parent },
  );
  const json = key.privateKey.apply((encoded) => Buffer.from(encoded, "base64").toString("utf8"));
  return { [GCS_KEY_FILE]: pulumi.secret(json) };
}

function bucketArgs({ storage, retentionMs, retain }: LogBucketArgs) {
  return {
    name: storage.bucket,
    project: storage.project,
    location: storage.location,
    // Loki rewrites its objects all the time: colder classes cost more in operations than they save.
    storageClass: "STANDARD",
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    // The default keeps, and bills, deleted logs for another week.
    softDeletePolicy: { retentionDurationSeconds: 0 },
    forceDestroy: !retain,
    lifecycleRules: [
      {
        action: { type: "Delete" },
        // Chunks only: the index and the delete requests live beside them and must stay.
        condition: { age: wholeDays(retentionMs), matchesPrefixes: [CHUNK_PREFIX] },
      },
    ],
  };
}
