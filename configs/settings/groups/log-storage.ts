import { z } from "zod";

import { group, integer, oneOf, pattern, text, variants } from "../fields";

/** Who Loki is to the bucket: the machine it runs on, or the holder of a key in a file. */
const credentials = oneOf(["instance", "file"]).prefault("instance");

const gcs = group({
  kind: z.literal("gcs"),
  project: pattern(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "must be a Google Cloud project id",
    "my-project-123",
  ),
  location: pattern(/^[a-z]+-[a-z]+\d$/, "must be one Google Cloud region", "europe-west1"),
  bucket: pattern(
    /^(?!goog)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9_.-]{1,61}[a-z0-9]$/,
    "must be a bucket name: 3 to 63 of a-z 0-9 - _ ., not an IP address, not starting with goog",
    "my-project-website-logs",
  ),
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
