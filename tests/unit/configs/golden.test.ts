import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { load } from "js-yaml";

import { GENERATED_BANNER } from "../../../configs/yaml";
import { FIXTURE_PASSWORDS, repositoryRoot } from "../../support/fixtures";
import { goldenFiles, renderStack, stackCases } from "../../support/render-stack";

function keptFiles(stack: string): readonly string[] {
  const folder = join(repositoryRoot, "tests", "golden", stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** After a change that is meant: `npm run golden`, and read the diff. */
describe.each(stackCases)("the files of %s", (stack, settings) => {
  const golden = goldenFiles(settings);
  const rendered = renderStack(settings);

  it("are those kept under tests/golden", () => {
    expect(Object.keys(golden).sort()).toEqual(keptFiles(stack));
  });

  it.each(Object.entries(golden))("render %s as it is kept there", (path, text) => {
    expect(text).toBe(readFileSync(join(repositoryRoot, "tests", "golden", stack, path), "utf8"));
  });

  it("are short enough to read", () => {
    for (const [path, text] of Object.entries(golden)) {
      expect([path, text.split("\n").length < 650]).toEqual([path, true]);
    }
  });

  it("come out with the same bytes when rendered again", () => {
    expect(renderStack(settings)).toEqual(rendered);
  });

  it.each(Object.entries(rendered).filter(([path]) => path.endsWith(".yml")))(
    "say in %s that they are written, and are YAML",
    (_, text) => {
      expect(text.startsWith(GENERATED_BANNER)).toBe(true);
      expect(load(text)).toEqual(expect.any(Object));
    },
  );

  it("contain no secret", () => {
    const all = Object.values(rendered).join("\n");
    for (const password of Object.values(FIXTURE_PASSWORDS)) expect(all).not.toContain(password);
  });
});
