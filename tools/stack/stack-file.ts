import { randomBytes } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";

import { type Document, parseDocument } from "yaml";

/** A value of a stack's settings file; undefined takes the key out. */
export type SettingsEdit = Readonly<Record<string, unknown>>;

/**
 * Edits the `config:` of a stack's settings file and keeps the comments in it.
 *
 * @param edits values by full key; a dotted rest reaches into a group: `sightline:site.name`
 */
export async function editStackFile(file: string, edits: SettingsEdit): Promise<void> {
  const byPath = Object.entries(edits).map(([key, value]) => [split(key), value] as const);
  await replaceText(file, (before) => editedText(before, byPath));
}

/** The text of a settings file with other values below its `config:`, each given by its path. */
export function editedText(
  text: string,
  edits: readonly (readonly [path: readonly string[], value: unknown])[],
): string {
  const document = parseDocument(text);
  for (const [path, value] of edits) edit(document, ["config", ...path], value);
  return document.toString({ lineWidth: 0 });
}

/**
 * Puts a new text in the place of a file's, in one step: whoever interrupts it leaves the old file
 * or the new one, never a part.
 *
 * @param change makes the new text of the old; what it throws leaves the file as it is
 * @throws Error when somebody else changed the file meanwhile
 */
export async function replaceText(file: string, change: (before: string) => string): Promise<void> {
  const before = await readFile(file, "utf8");
  const after = change(before);
  if (after === before) return;
  const { mode } = await stat(file);
  const next = `${file}.${randomBytes(4).toString("hex")}.new`;
  try {
    await writeFile(next, after, { mode });
    if ((await readFile(file, "utf8")) !== before) {
      throw new Error(`${file} was changed meanwhile. Fix: run the command again`);
    }
    await rename(next, file);
  } finally {
    await rm(next, { force: true });
  }
}

/** Reads one value of a stack's settings file; undefined where it is not set. */
export async function readStackFile(file: string, key: string): Promise<unknown> {
  const document = parseDocument(await readFile(file, "utf8"));
  const value: unknown = document.getIn(["config", ...split(key)]);
  return isNode(value) ? value.toJSON() : value;
}

/** Takes out what `pulumi` itself adds beside `config:` when a stack is made. */
export async function removeEncryption(file: string): Promise<void> {
  await replaceText(file, (before) => {
    const document = parseDocument(before);
    document.delete("encryptionsalt");
    return document.toString({ lineWidth: 0 });
  });
}

function edit(document: Document, path: readonly string[], value: unknown): void {
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, value);
}

function split(key: string): readonly string[] {
  const [first = "", ...rest] = key.split(".");
  return [first, ...rest];
}

function isNode(value: unknown): value is { toJSON(): unknown } {
  return typeof value === "object" && value !== null && "toJSON" in value;
}
