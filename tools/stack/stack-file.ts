import { readFile, writeFile } from "node:fs/promises";

import { type Document, parseDocument } from "yaml";

/** A value of a stack's settings file; undefined takes the key out. */
export type SettingsEdit = Readonly<Record<string, unknown>>;

/**
 * Edits the `config:` of a stack's settings file and keeps the comments in it.
 *
 * @param edits values by full key; a dotted rest reaches into a group: `sightline:site.name`
 */
export async function editStackFile(file: string, edits: SettingsEdit): Promise<void> {
  const before = await readFile(file, "utf8");
  const document = parseDocument(before);
  for (const [key, value] of Object.entries(edits))
    edit(document, ["config", ...split(key)], value);
  const after = document.toString({ lineWidth: 0 });
  if (after !== before) await writeFile(file, after);
}

/** Reads one value of a stack's settings file; undefined where it is not set. */
export async function readStackFile(file: string, key: string): Promise<unknown> {
  const document = parseDocument(await readFile(file, "utf8"));
  const value: unknown = document.getIn(["config", ...split(key)]);
  return isNode(value) ? value.toJSON() : value;
}

/** Takes out what `pulumi` itself adds beside `config:` when a stack is made. */
export async function removeEncryption(file: string): Promise<void> {
  const before = await readFile(file, "utf8");
  const document = parseDocument(before);
  document.delete("encryptionsalt");
  await writeFile(file, document.toString({ lineWidth: 0 }));
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
