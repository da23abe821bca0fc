/** Writes tests/golden anew: `npm run golden`, then read the diff. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { repositoryRoot } from "./fixtures";
import { goldenFiles, stackCases } from "./render-stack";

const root = join(repositoryRoot, "tests", "golden");

for (const [stack, settings] of stackCases) {
  rmSync(join(root, stack), { recursive: true, force: true });
  for (const [path, text] of Object.entries(goldenFiles(settings))) {
    const file = join(root, stack, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(relative(repositoryRoot, file));
  }
}
