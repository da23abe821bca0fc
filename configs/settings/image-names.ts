import type { Problem } from "../errors";
import { EXPORTER_TOOLS } from "../exporters/exporters";
import { placedSpecs } from "../hosts";
import { toolOf } from "../service-spec";
import { suggestion } from "./fields";
import type { Settings } from "./settings";

/** A misspelt name in `images` would be ignored without a word, and the pinned image would run. */
export function imageNameProblems(settings: Settings): readonly Problem[] {
  const known = imageNames(settings);
  return Object.keys(settings.images)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: `sightline:images.${name}`,
      rule: "is not an image of this stack",
      fix: suggestion(name, known) ?? `use one of ${known.join(", ")}`,
    }));
}

/** Also those of containers that these settings switch off: an image may be named for later. */
function imageNames(settings: Settings): readonly string[] {
  const specs = (["promtail", "alloy"] as const).flatMap((agent) => {
    const everything: Settings = {
      ...settings,
      gateway: { ...settings.gateway, enabled: true },
      grafana: { enabled: true },
      logs: { ...settings.logs, agent },
      mail: { kind: "catcher", to: [] },
    };
    return placedSpecs(everything).map(({ spec }) => spec);
  });
  return [...new Set([...specs.map(toolOf), ...EXPORTER_TOOLS, "keeper"])].sort();
}
