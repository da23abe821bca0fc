import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { repositoryRoot } from "../../tools/lib/paths";

interface Manager {
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
}

const { customManagers } = JSON.parse(
  readFileSync(path.join(repositoryRoot, "renovate.json"), "utf8"),
) as { readonly customManagers: readonly Manager[] };

const files = ["configs", "tools"].flatMap((folder) =>
  readdirSync(path.join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.posix.join(folder, file)),
);

const images = [...new Set(Object.values(OFFICIAL_IMAGES))].sort();

function textOf(file: string): string {
  return readFileSync(path.join(repositoryRoot, file), "utf8");
}

/** The images that Renovate would find, as its own regular expressions do. */
function found({ managerFilePatterns, matchStrings }: Manager): readonly string[] {
  const isMeant = (file: string) =>
    managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file));
  const matches = files
    .filter(isMeant)
    .flatMap((file) =>
      matchStrings.flatMap((pattern) => [...textOf(file).matchAll(new RegExp(pattern, "g"))]),
    );
  const names = matches.map(({ groups }) => `${groups?.["depName"]}:${groups?.["currentValue"]}`);
  return [...new Set(names)].sort();
}

describe("Renovate", () => {
  it("finds every image where its container is described", () => {
    const described = files.filter((file) => file.startsWith("configs/")).map(textOf);
    const expected = images.filter((image) => described.some((text) => text.includes(image)));
    expect(expected.length).toBeGreaterThan(15);
    expect(found(customManagers[0] as Manager)).toEqual(expected);
  });

  it("finds every image where the set-up names it", () => {
    expect(found(customManagers[1] as Manager)).toEqual(images);
  });
});
