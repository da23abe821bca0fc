import type { VersionRule } from "./types";

/** Major, minor, patch. A pre-release sorts before its release. */
export interface Version {
  readonly numbers: readonly [number, number, number];
  readonly preRelease: string;
}

const VERSION =
  /(?<![\w.])v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?(?!\w|\.\d)/;

/** The first version in a text such as `prometheus, version 3.15.0 (branch: …`. */
export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (!match) return undefined;
  const [, major, minor, patch, preRelease = ""] = match;
  return { numbers: [Number(major), Number(minor), Number(patch)], preRelease };
}

/** `3.15.0`, `1.2.3-rc.1`: never a leading "v". */
export function formatVersion({ numbers, preRelease }: Version): string {
  return numbers.join(".") + (preRelease ? `-${preRelease}` : "");
}

/** Negative when a is older than b, 0 when they are the same. */
export function compareVersions(a: Version, b: Version): number {
  for (const index of [0, 1, 2] as const) {
    const difference = a.numbers[index] - b.numbers[index];
    if (difference !== 0) return difference;
  }
  if (a.preRelease === b.preRelease) return 0;
  if (a.preRelease === "") return 1;
  if (b.preRelease === "") return -1;
  return a.preRelease < b.preRelease ? -1 : 1;
}

/** Why a version found does not do, or `undefined` if it does. */
export function refusal(found: string, pinned: string, rule: VersionRule): string | undefined {
  if (found === pinned) return undefined;
  const have = parseVersion(found);
  const want = parseVersion(pinned);
  if (!have || !want) return `cannot read a version from ${JSON.stringify(found || pinned)}`;
  const [major, minor] = want.numbers;
  if (rule === "same-minor") {
    const fits = have.numbers[0] === major && have.numbers[1] === minor && !have.preRelease;
    return fits ? undefined : `is ${found}; need ${major}.${minor}.x`;
  }
  const fits = have.numbers[0] === major && compareVersions(have, want) >= 0;
  return fits ? undefined : `is ${found}; need ${pinned} or newer, below ${major + 1}.0.0`;
}
