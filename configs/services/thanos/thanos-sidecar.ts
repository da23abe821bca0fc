import { centralPort } from "../../central";
import { thanosRules } from "../../rules/thanos";
import type { ServiceSpec } from "../../service-spec";
import type { Settings } from "../../settings/settings";
import { BUCKET_ARGUMENT, withBucket } from "../../thanos/bucket";
import { thanosPart } from "../../thanos/part";
import { PROMETHEUS_DATA } from "../prometheus";

/** Uploads what Prometheus has stored, every two hours, and answers for what is not uploaded yet. */
export function thanosSidecarSpec(settings: Settings): ServiceSpec {
  const part = thanosPart({
    name: "thanos-sidecar",
    kind: "ThanosSidecar",
    args: [
      "sidecar",
      `--prometheus.url=http://prometheus:${centralPort("prometheus")}`,
      `--tsdb.path=${PROMETHEUS_DATA.path}`,
      BUCKET_ARGUMENT,
    ],
    // Prometheus' own: it keeps a list of what is uploaded beside the data.
    user: "65534:65534",
    memoryMegabytes: 256,
  });
  return {
    ...withBucket(settings, part),
    sharedVolumes: [{ service: "prometheus", ...PROMETHEUS_DATA, isWritable: true }],
    monitoring: { ...part.monitoring, ruleGroups: [thanosRules(settings)] },
  };
}
