import { ConfigError, type Problem } from "../../configs/errors";
import { tagOf } from "../images/official";
import type { BackedUpVolume } from "./manifest";
import { keyOf, type KeptVolume } from "./plan";
import type { Images } from "./servers-there";

/** A volume of the stack, and what a backup has for it. */
export interface Restored {
  readonly volume: KeptVolume;
  readonly from: BackedUpVolume;
}

const MESSAGE = "This backup cannot be restored here; nothing was touched";

/**
 * What goes where, the log agents last: they read on from where they were, into a Loki that is restored.
 *
 * @throws ConfigError where the stack has no such volume
 */
export function restoredVolumes(
  kept: readonly KeptVolume[],
  backup: readonly BackedUpVolume[],
): readonly Restored[] {
  const placed = backup.map((from) => ({
    from,
    volume: kept.find((volume) => keyOf(volume) === keyOf(from)),
  }));
  const both = placed.flatMap(({ from, volume }) => (volume ? [{ from, volume }] : []));
  const only = [...new Set(both.map(({ from }) => from.service))].sort().join(",");
  const problems = placed
    .filter(({ volume }) => volume === undefined)
    .map(({ from }): Problem => ({
      path: keyOf(from),
      rule: "is in the backup, and the stack has no such volume",
      fix:
        only === ""
          ? "the settings that the backup was made with"
          : `leave it out with --only ${only}, or deploy ${from.service} first`,
    }));
  if (backup.length === 0) {
    problems.push({ path: "--only", rule: "must name what is in the backup", fix: "leave it out" });
  }
  if (problems.length > 0) throw new ConfigError(problems, MESSAGE);
  return both.toReversed();
}

/**
 * A server reads what it wrote itself, and mostly what its older versions wrote; another major version's
 * data it may destroy.
 *
 * @param running images of now, by key of the volume
 * @throws ConfigError with every server of another major version
 */
export function checkVersions(restored: readonly Restored[], running: Images): void {
  const problems = restored.flatMap(({ volume, from }) => {
    const image = running.get(keyOf(volume)) ?? "";
    const [before, now] = [majorOf(from.image), majorOf(image)];
    const isSame = before === undefined ? from.image === image : before === now;
    if (isSame) return [];
    return [
      {
        path: keyOf(volume),
        rule: `must go to the major version of ${volume.service} that wrote it, ${tagOf(from.image)}`,
        got: tagOf(image),
        fix: `sightline:images.${volume.service}: ${from.image}, deploy it, restore, then upgrade`,
      },
    ];
  });
  if (problems.length > 0) throw new ConfigError(problems, MESSAGE);
}

/** The first number of an image's tag; undefined where its tag is no version. */
export function majorOf(image: string): number | undefined {
  const [, major] = /^v?(\d+)\./.exec(tagOf(image)) ?? [];
  return major === undefined ? undefined : Number(major);
}
