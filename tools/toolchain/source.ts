import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";

import { cacheRoot } from "../lib/paths";
import type { Report } from "../lib/progress";
import type { ToolSource, ToolSpec } from "./types";

/** What a source answers: the tool, or why it has none. */
export type Answer =
  { readonly path: string; readonly version: string } | { readonly reason: string };

/** One way to get tools. */
export interface Source {
  readonly name: ToolSource;
  /** The source in words, for errors. */
  describe(spec: ToolSpec): string;
  /** Looks for what is already there; no network, and nothing is written. */
  find(spec: ToolSpec): Promise<Answer>;
  /** Downloads, unpacks or compiles. Absent where looking is all a source can do. */
  make?(spec: ToolSpec, report: Report): Promise<Answer>;
}

/** Where a tool made by us is kept; the mark tells one way of making it from another. */
export function storedPath({ name, version }: ToolSpec, mark: string): string {
  return path.join(cacheRoot(), "tools", `${name}-${version}-${mark}`, name);
}

/** True for a file that this user may run. */
export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The platform's name in archives and in Go: `linux-amd64`. */
export function platform(): string {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return `${process.platform}-${architecture}`;
}
