import { Account } from "@pulumi/gcp/serviceaccount/account";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import * as pulumi from "@pulumi/pulumi";

import { CHUNK_PREFIX } from "../configs/services/loki";
import type { Settings } from "../configs/settings/settings";
import { wholeDays } from "../configs/units";

// Single modules of @pulumi/gcp: loading all of it takes seconds that dev would pay for nothing.

export type GcsStorage = Extract<Settings["logs"]["storage"], { kind: "gcs" }>;

export interface LogBucketArgs {
  storage: GcsStorage;
  /** How long logs are kept, in milliseconds; the bucket deletes chunks at that age. */
  retentionMs: number;
  /** Refuse to delete the bucket, even when it is empty. */
  protect: boolean;
}

/** A Google Cloud Storage bucket for Loki's chunks and index, and the only account that may use it. */
export class LogBucket extends pulumi.ComponentResource {
  /** Name of the bucket; known when the account may write to it. */
  public readonly bucketName: pulumi.Output<string>;
  /** Mail address of the account that Loki runs as. */
  public readonly accountEmail: pulumi.Output<string>;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:storage:LogBucket", name, {}, opts);
    const { storage, protect } = args;
    const child = { parent: this };

    const bucket = new Bucket(`${name}-bucket`, bucketArgs(args), { ...child, protect });
    const account = new Account(
      `${name}-account`,
      {
        project: storage.project,
        accountId: "sightline-loki",
        displayName: "Loki of Sightline: objects of one bucket, nothing else",
      },
      child,
    );
    const access = new BucketIAMMember(
      `${name}-access`,
      { bucket: bucket.name, role: "roles/storage.objectUser", member: account.member },
      child,
    );

    this.bucketName = pulumi.all([bucket.name, access.id]).apply(([bucketName]) => bucketName);
    this.accountEmail = account.email;
    this.registerOutputs({ bucketName: this.bucketName, accountEmail: this.accountEmail });
  }
}

function bucketArgs({ storage, retentionMs, protect }: LogBucketArgs) {
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
    forceDestroy: !protect,
    lifecycleRules: [
      {
        action: { type: "Delete" },
        // Chunks only: the index and the delete requests live beside them and must stay.
        condition: { age: wholeDays(retentionMs), matchesPrefixes: [CHUNK_PREFIX] },
      },
    ],
  };
}
