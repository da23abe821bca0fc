import { imageOf } from "../../configs/docker-spec";
import { placedSpecs } from "../../configs/hosts";
import { toolOf } from "../../configs/service-spec";
import type { Settings } from "../../configs/settings/settings";
import { type ExportedState, nameOf } from "./forget-host";

/** A container that an update starts from another image. */
export interface ImageUpgrade {
  /** Name of the container, without the stack's. */
  readonly service: string;
  /** Its key in the setting `images`. */
  readonly tool: string;
  readonly before: string;
  readonly after: string;
}

/** Images that are other than those that are deployed, of containers that stay, sorted by container. */
export function imageUpgrades(
  { deployment: { resources = [] } }: ExportedState,
  settings: Settings,
): readonly ImageUpgrade[] {
  const deployed = new Map(
    resources
      .filter(({ type }) => type === "docker:index/remoteImage:RemoteImage")
      .map(({ urn, outputs = {} }) => [nameOf(urn), outputs.name]),
  );
  return placedSpecs(settings)
    .flatMap(({ spec }) => {
      const before = deployed.get(`${spec.name}-image`);
      const after = imageOf(settings, spec);
      if (typeof before !== "string" || before === after) return [];
      return [{ service: spec.name, tool: toolOf(spec), before, after }];
    })
    .sort((one, other) => (one.service < other.service ? -1 : 1));
}

/** Before the update: what it does, one after the other. */
export function upgradesInWords(upgrades: readonly ImageUpgrade[]): readonly string[] {
  if (upgrades.length === 0) return [];
  return [
    "Images, each there before its container is replaced, one container after the other:",
    ...upgrades.map(({ service, before, after }) => `  ${service} ${before} → ${after}`),
  ];
}

/** After it, or after it failed: how to go back. */
export function wayBackInWords(upgrades: readonly ImageUpgrade[]): readonly string[] {
  const images = new Map(upgrades.map(({ tool, before }) => [tool, before]));
  if (images.size === 0) return [];
  return [
    "To go back, set the image of before and run the update again:",
    ...[...images].map(
      ([tool, before]) => `  pulumi config set --path sightline:images.${tool} ${before}`,
    ),
  ];
}
