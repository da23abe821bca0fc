import type { ServiceSpec } from "../../service-spec";
import type { Settings } from "../../settings/settings";
import { BUCKET_ARGUMENT, withBucket } from "../../thanos/bucket";
import { ROOT_REASON, thanosPart } from "../../thanos/part";
import { prometheusDuration } from "../../units";

const CACHE_PATH = "/data";

/** Makes large blocks of small ones, thins out what is old, and deletes what is too old. One alone may. */
export function thanosCompactorSpec(settings: Settings): ServiceSpec {
  const { raw, fiveMinutes, oneHour } = settings.metrics.longTerm;
  const part = thanosPart({
    name: "thanos-compactor",
    kind: "ThanosCompactor",
    args: [
      "compact",
      "--wait",
      `--data-dir=${CACHE_PATH}`,
      BUCKET_ARGUMENT,
      `--retention.resolution-raw=${prometheusDuration(raw)}`,
      `--retention.resolution-5m=${prometheusDuration(fiveMinutes)}`,
      `--retention.resolution-1h=${prometheusDuration(oneHour)}`,
      // What a page and some gauges would show costs requests to the bucket each minute.
      "--web.disable",
      "--compact.progress-interval=0s",
    ],
    user: "0:0",
    memoryMegabytes: 1024,
  });
  return {
    ...withBucket(settings, part),
    rootReason: ROOT_REASON,
    volumes: [{ role: "cache", path: CACHE_PATH, isCache: true }],
  };
}
