import { publishedCentrally } from "../../central";
import { CONFIG_PATH, type ServiceSpec } from "../../service-spec";
import type { Settings } from "../../settings/settings";
import { ASKED, thanosPart } from "../../thanos/part";
import { toYaml } from "../../yaml";

const FILE = "endpoints.yml";

/** Answers queries over all times: from Prometheus by its sidecar, and from the bucket by the store. */
export function thanosQuerySpec(settings: Settings): ServiceSpec {
  const part = thanosPart({
    name: "thanos-query",
    kind: "ThanosQuery",
    args: [
      "query",
      `--endpoint.sd-config-file=${CONFIG_PATH}/${FILE}`,
      // A year in a panel need not be read at the resolution of a minute.
      "--query.auto-downsampling",
    ],
    user: "1001:1001",
    memoryMegabytes: 512,
  });
  return {
    ...part,
    publish: publishedCentrally(settings, "thanos-query"),
    configuration: {
      files: () => ({ [FILE]: toYaml({ endpoints: ASKED.map((address) => ({ address })) }) }),
      restartOn: [FILE],
    },
  };
}
