import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CHECKS } from "../../tools/doctor/all-checks";
import { repositoryRoot } from "../support/fixtures";

const text = readFileSync(join(repositoryRoot, "docs/doctor.md"), "utf8");

it("docs/doctor.md has every check with what it looks at, and nothing else", () => {
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)];
  expect(rows.map(([, name, words]) => [name, words])).toEqual(
    CHECKS.map(({ name, looksAt }) => [name, looksAt]),
  );
});
