import type { Files, ServiceSpec } from "../service-spec";
import { CONFIG_PATH } from "../service-spec";
import type { Settings } from "../settings/settings";
import { type LogStorage, objectStore } from "../storage/object-store";
import { toYaml } from "../yaml";

const FILE = "bucket.yml";

/** Folder in the bucket of logs, beside Loki's own, where long-term metrics are. */
export const METRICS_PREFIX = "thanos";

/** The argument by which Thanos finds the bucket. */
export const BUCKET_ARGUMENT = `--objstore.config-file=${CONFIG_PATH}/${FILE}`;

/** A part of Thanos with what it needs to use the bucket, its key among it; Loki is the same account. */
export function withBucket<Part extends Pick<ServiceSpec, "environment">>(
  settings: Settings,
  part: Part,
) {
  const bucket = bucketAccess(settings);
  return {
    ...part,
    ...bucket,
    environment: { ...part.environment, ...bucket.environment },
  };
}

function bucketAccess(
  settings: Settings,
): Pick<
  ServiceSpec,
  "configuration" | "environment" | "networks" | "restartOnSecrets" | "secretFiles"
> {
  const { storage } = settings.logs;
  const { environment = {}, secretFiles = [] } = objectStore(storage, "") ?? {};
  return {
    environment,
    secretFiles,
    // The bucket's client reads its key once.
    restartOnSecrets: true,
    networks: ["data", "egress"],
    configuration: {
      usesLinks: storage.kind === "gcs",
      files: ({ logBucket }) => bucketFile(storage, logBucket),
      restartOn: [FILE],
    },
  };
}

function bucketFile(storage: LogStorage, madeBucket: string): Files {
  const [[kind, { bucket_name: bucket, ...config }] = ["", {}]] = Object.entries(
    objectStore(storage, madeBucket)?.config ?? {},
  ) as [string, Readonly<Record<string, unknown>>][];
  return {
    [FILE]: toYaml({
      type: kind.toUpperCase(),
      config: { bucket, ...config },
      prefix: METRICS_PREFIX,
    }),
  };
}
