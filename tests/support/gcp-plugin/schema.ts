import { z } from "zod";

import { MONITORING_NOT_HERE, MONITORING_SCHEMAS } from "./schema-monitoring";

/**
 * Inputs of the published plugin, 9.37.0, as far as the stand-in can do what they ask for. What that
 * would name by itself must have a name here.
 */
const lifecycleRule = z.strictObject({
  action: z.strictObject({ type: z.enum(["Delete", "AbortIncompleteMultipartUpload"]) }),
  condition: z.strictObject({
    age: z.number().optional(),
    matchesPrefixes: z.array(z.string()).optional(),
  }),
});

const bucket = z.strictObject({
  forceDestroy: z.boolean().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  lifecycleRules: z.array(lifecycleRule).optional(),
  location: z.string(),
  name: z.string(),
  project: z.string(),
  publicAccessPrevention: z.enum(["inherited", "enforced"]).optional(),
  softDeletePolicy: z.strictObject({ retentionDurationSeconds: z.number().optional() }).optional(),
  storageClass: z.enum(["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"]).optional(),
  uniformBucketLevelAccess: z.boolean().optional(),
});
export type BucketInputs = z.infer<typeof bucket>;

const account = z.strictObject({
  accountId: z.string(),
  displayName: z.string().optional(),
  project: z.string(),
});
export type AccountInputs = z.infer<typeof account>;

const key = z.strictObject({ serviceAccountId: z.string() });
export type KeyInputs = z.infer<typeof key>;

const member = z.strictObject({ bucket: z.string(), member: z.string(), role: z.string() });
export type MemberInputs = z.infer<typeof member>;

/** Every type that the stand-in knows. */
export const SCHEMAS = {
  "gcp:storage/bucket:Bucket": bucket,
  "gcp:serviceaccount/account:Account": account,
  "gcp:serviceaccount/key:Key": key,
  "gcp:storage/bucketIAMMember:BucketIAMMember": member,
  ...MONITORING_SCHEMAS,
} as const;
export type TypeName = keyof typeof SCHEMAS;

/** What the published plugin takes and the stand-in does not, so that nobody takes it for shown. */
export const NOT_HERE: Readonly<Record<TypeName, readonly string[]>> = {
  "gcp:storage/bucket:Bucket": [
    ...["autoclass", "cors", "customPlacementConfig", "defaultEventBasedHold", "deletionPolicy"],
    ...["enableObjectRetention", "encryption", "hierarchicalNamespace", "ipFilter", "logging"],
    ...["requesterPays", "retentionPolicy", "rpo", "versioning", "website"],
  ],
  "gcp:serviceaccount/account:Account": [
    ...["createIgnoreAlreadyExists", "deletionPolicy", "description", "disabled"],
  ],
  "gcp:serviceaccount/key:Key": [
    ...["deletionPolicy", "keepers", "keyAlgorithm", "privateKeyType", "publicKeyData"],
    "publicKeyType",
  ],
  "gcp:storage/bucketIAMMember:BucketIAMMember": ["condition"],
  ...MONITORING_NOT_HERE,
};
