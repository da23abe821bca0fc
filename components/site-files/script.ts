import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { SiteCompose } from "../../configs/site-files/site-compose";
import { scriptVariables } from "../../configs/site-files/variables";

const PARTS = ["state", "edits", "compose", "apply", "main"].map((name) =>
  readFileSync(join(__dirname, `${name}.sh`), "utf8"),
);

/** The program that a shell on the app host gets by standard input: `sh -s put`, `sh -s undo`. */
export function siteFilesScript(site: SiteCompose): string {
  return [scriptVariables(site), ...PARTS].join("\n");
}
