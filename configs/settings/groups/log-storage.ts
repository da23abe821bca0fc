import { z } from "zod";

import { flag, group, integer, oneOf, pattern, text, variants } from "../fields";
import { googleProject } from "../formats";

/** Who Loki is to the bucket: the machine it runs on, or the holder of a key in a file. */
const credentials = oneOf(["instance", "file"]).prefault("instance");

const gcs = group({
  kind: z.literal("gcs"),
  project: googleProject,
  location: pattern(/^[a-z]+-[a-z]+\d$/, "must be one Google Cloud region", "europe-west1"),
  bucket: pattern(
    /^(?!goog)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9_.-]{1,61}[a-z0-9]$/,
    "must be a bucket name: 3 to 63 of a-z 0-9 - _ ., not an IP address, not starting with goog",
    "my-project-website-logs",
  ),
  /** Whether the bucket is there already, and is used but not made. */
  existing: flag().prefault(false),
  credentials,
  /** Another number makes another key, and only then takes the one before back. */
  keyVersion: integer({ min: 1, max: 9_999, example: 2 }).prefault(1),
});

/** `https://host[:port]`, or http for a store on a private network. */
const endpoint = text({
  rule: "must be the https:// (or http://) address of a store that speaks S3, without a path",
  example: "https://minio.your-domain.org:9000",
  read: (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const isOrigin = url !== undefined && value.replace(/\/$/, "") === url.origin;
    return isOrigin && /^https?:$/.test(url.protocol) ? url.origin : undefined;
  },
});

const s3 = group({
  kind: z.literal("s3"),
  region: pattern(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be one AWS region", "eu-central-1"),
  bucket: pattern(
    /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "must be a bucket name: 3 to 63 of a-z 0-9 - ., not an IP address",
    "your-website-logs",
  ),
  endpoint: endpoint.optional(),
  credentials,
});

/** Where Loki keeps logs: a volume of its host, or a bucket. */
export const logStorage = z.discriminatedUnion(
  "kind",
  [group({ kind: z.literal("filesystem") }), gcs, s3],
  variants(["filesystem", "gcs", "s3"]),
);

/** What Pulumi makes of a day that has no quotes in the stack's file. */
const AS_A_TIME = /( 00:00:00 \+0000 UTC|T00:00:00Z)$/;

/** A day in UTC, as Loki names one. */
const day = text({
  rule: "must be a day, written like 2026-12-31",
  example: "2026-12-31",
  shape: /^\d{4}-\d{2}-\d{2}$/,
  read: (value) => z.iso.date().safeParse(value.replace(AS_A_TIME, "")).data,
});

/** Where logs were kept before a bucket, and the first day whose lines are in the bucket. */
export const logStorageBefore = group({
  kind: oneOf(["filesystem"]),
  until: day,
});
