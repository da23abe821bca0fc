import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { checkoutState } from "../lib/paths";
import type { Row, Section } from "./figures";

/** An item's figures, and how busy the machine was before each command that measured some of them. */
export interface Kept {
  readonly section: Section;
  readonly loads: readonly number[];
}

/** Figures of both, those of the same thing in one row; notes are the later ones. */
export function joined(before: Kept | undefined, now: Kept): Kept {
  if (!before) return now;
  const earlier = new Map(before.section.rows.map((row) => [keyOf(row), row]));
  const rows = now.section.rows.map((row) => join(earlier.get(keyOf(row)), row));
  const { notes } = now.section;
  return { section: { rows, notes }, loads: [...before.loads, ...now.loads] };
}

function keyOf({ what, unit, versus }: Row): string {
  return JSON.stringify([what, unit, versus?.what]);
}

function join(before: Row | undefined, now: Row): Row {
  if (!before) return now;
  const samples = [...before.samples, ...now.samples];
  if (!now.versus || !before.versus) return { ...now, samples };
  const theirs = [...before.versus.samples, ...now.versus.samples];
  return { ...now, samples, versus: { ...now.versus, samples: theirs } };
}

/** Keeps an item's figures for a command that adds to them. */
export async function keep(item: string, kept: Kept, folder = keptFolder()): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${item}.json`), JSON.stringify(kept));
}

/** The last figures of an item in this checkout; undefined where there are none. */
export async function lastKept(item: string, folder = keptFolder()): Promise<Kept | undefined> {
  const text = await readFile(path.join(folder, `${item}.json`), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
}

function keptFolder(): string {
  return path.join(checkoutState, "bench");
}
