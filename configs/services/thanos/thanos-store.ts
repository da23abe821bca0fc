import type { ServiceSpec } from "../../service-spec";
import type { Settings } from "../../settings/settings";
import { BUCKET_ARGUMENT, withBucket } from "../../thanos/bucket";
import { ROOT_REASON, thanosPart } from "../../thanos/part";

const CACHE_PATH = "/data";

/** Reads metrics from the bucket. */
export function thanosStoreSpec(settings: Settings): ServiceSpec {
  const part = thanosPart({
    name: "thanos-store",
    kind: "ThanosStore",
    args: [
      "store",
      `--data-dir=${CACHE_PATH}`,
      BUCKET_ARGUMENT,
      "--web.disable",
      // What comes unasked is more than its memory: a query that needs more is refused, and not all of them.
      "--index-cache-size=128MB",
      "--chunk-pool-size=384MB",
    ],
    user: "0:0",
    memoryMegabytes: 768,
  });
  return {
    ...withBucket(settings, part),
    rootReason: ROOT_REASON,
    volumes: [{ role: "cache", path: CACHE_PATH, isCache: true }],
  };
}
