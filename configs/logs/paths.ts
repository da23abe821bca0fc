import { posix } from "node:path";

/** One spelling of a folder: without `//`, `/./` and a slash at its end. */
export function oneSpelling(folder: string): string {
  return posix.normalize(`${folder}/.`).replace(/\/$/, "");
}

/** What leads from one folder to another in it: `""`, `"a/"`, `"a/b/"`; undefined where it is not in it. */
export function folderIn(outer: string, inner: string): string | undefined {
  const [from, to] = [`${oneSpelling(outer)}/`, `${oneSpelling(inner)}/`];
  return to.startsWith(from) ? to.slice(from.length) : undefined;
}
