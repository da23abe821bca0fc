import { imageOf } from "../../../configs/docker-spec";
import { placedSpecs } from "../../../configs/hosts";
import type { Files, ServiceSpec } from "../../../configs/service-spec";
import type { Settings } from "../../../configs/settings/settings";
import { LINKS } from "../render-stack";

/** What is deployed of each container, by its name. */
export type Deployed = ReadonlyMap<string, { readonly identity: string; readonly files: string }>;

export function deployed(settings: Settings): Deployed {
  return new Map(
    placedSpecs(settings).map(({ spec }) => {
      const files = spec.configuration?.files(LINKS) ?? {};
      const identity = `${imageOf(settings, spec)} ${identityOf(spec, files)}`;
      return [spec.name, { identity, files: JSON.stringify(files) }];
    }),
  );
}

/** What an edit does: containers that it replaces, adds or takes away, and those that get other files. */
export function effectOf(before: Deployed, after: Deployed) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const differ = (part: "identity" | "files") =>
    names.filter((name) => before.get(name)?.[part] !== after.get(name)?.[part]);
  const replaced = differ("identity");
  return { replaced, reloaded: differ("files").filter((name) => !replaced.includes(name)) };
}

/** What Docker is told of a container, and the files that it reads only at its start. */
function identityOf(spec: ServiceSpec, files: Files): string {
  const atStart = (spec.configuration?.restartOn ?? []).map((path) => files[path]);
  return JSON.stringify([{ ...spec, configuration: undefined, monitoring: undefined }, atStart]);
}
