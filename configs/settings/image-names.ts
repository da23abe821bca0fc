import type { Problem } from "../errors";
import { EXPORTER_TOOLS } from "../exporters/exporters";
import { placedSpecs } from "../hosts";
import { toolOf } from "../service-spec";
import { suggestion } from "./fields";
import type { Settings } from "./settings";

/** The oldest releases, major and minor, that understand what is rendered for them. */
const OLDEST: Readonly<Record<string, readonly [number, number]>> = {
  cadvisor: [0, 53],
  loki: [3, 7],
};

/** An older server would not start, or say nothing of what the rules ask; a tag without a number is trusted. */
export function imageAgeProblems(settings: Settings): readonly Problem[] {
  return Object.entries(settings.images).flatMap(([name, image]) => {
    const oldest = OLDEST[name];
    const [, major, minor] = /:v?(\d+)\.(\d+)[^:/]*$/.exec(image.replace(/@.*/, "")) ?? [];
    if (!oldest || major === undefined) return [];
    const age = Number(major) - oldest[0] || Number(minor) - oldest[1];
    if (age >= 0) return [];
    const pinned = placedSpecs(settings).find(({ spec }) => toolOf(spec) === name);
    return [
      {
        path: `sightline:images.${name}`,
        rule: `must be ${oldest.join(".")} or later`,
        got: JSON.stringify(image),
        fix: `for example ${JSON.stringify(pinned?.spec.image)}`,
      },
    ];
  });
}

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

const ANY_ACME = { kind: "acme", email: "", directoryUrl: "" } as const;

/** Also those of containers that these settings switch off: an image may be named for later. */
function imageNames(settings: Settings): readonly string[] {
  const specs = (["promtail", "alloy"] as const).flatMap((agent) => {
    const everything: Settings = {
      ...settings,
      gateway: { ...settings.gateway, enabled: true, tls: ANY_ACME },
      grafana: { enabled: true },
      logs: { ...settings.logs, agent },
      mail: { kind: "catcher", to: [] },
      metrics: {
        ...settings.metrics,
        longTerm: { ...settings.metrics.longTerm, enabled: true },
      },
    };
    return placedSpecs(everything).map(({ spec }) => spec);
  });
  return [...new Set([...specs.map(toolOf), ...EXPORTER_TOOLS, "keeper"])].sort();
}
