import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Names under which distributions install it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Where this machine's Chromium is; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
