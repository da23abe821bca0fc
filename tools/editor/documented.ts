import { readFileSync } from "node:fs";
import path from "node:path";

import { repositoryRoot } from "../lib/paths";

/** A row of docs/settings.md. */
export interface DocumentedSetting {
  /** Path below `sightline:`, with `<name>` or `<service>` where the user chooses a key. */
  readonly key: string;
  readonly type: string;
  /** As written: a value in backquotes, `*required*` or `*none*`. */
  readonly default: string;
  readonly example: string;
  readonly meaning: string;
}

/** What docs/settings.md says of every setting. */
export function documentedSettings(): readonly DocumentedSetting[] {
  return readFileSync(path.join(repositoryRoot, "docs/settings.md"), "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter((cells) => cells.length === 7 && cells[1]?.startsWith("`"))
    .map(([, key = "", type = "", default_ = "", example = "", meaning = ""]) => ({
      key: key.replaceAll("`", ""),
      type,
      default: default_,
      example: example.replace(/^`(.*)`$/, "$1"),
      meaning,
    }));
}
