import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "../support/fixtures";

/** Numbers of mistakes that cannot be made here yet, with the reason. */
const NOT_OURS: Readonly<Record<string, string>> = {
  P31: "there is no login in front of a server before there is a gateway",
};

const documented = [
  ...readFileSync(join(repositoryRoot, "docs/known-mistakes.md"), "utf8").matchAll(
    /^\| (P\d+) \|/gm,
  ),
].map(([, number = ""]) => number);

const tests = readdirSync(join(repositoryRoot, "tests"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.includes("known-mistakes"))
  .map((file) => readFileSync(join(repositoryRoot, "tests", file), "utf8"));

describe("docs/known-mistakes.md", () => {
  it("numbers the mistakes from 1, without a gap", () => {
    expect(documented).toEqual(documented.map((_, index) => `P${index + 1}`));
    expect(documented).toHaveLength(36);
  });

  it.each(documented.filter((number) => !(number in NOT_OURS)))(
    "has a test for %s, by its number in a name",
    (number) => {
      const inName = new RegExp(`["\`][^"\`\\n]*\\b${number}\\b`);
      expect(tests.some((text) => inName.test(text))).toBe(true);
    },
  );
});
