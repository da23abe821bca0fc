import { z } from "zod";

import { settingsSchema } from "../../configs/settings/schema";
import { parseDuration } from "../../configs/units";
import { isRecord, type Schema, withDefaults } from "./default-settings";
import type { Config } from "./pulumi-config";

const PREFIX = "sightline:";
/** Longer values would hide the others. */
const LONGEST = 80;
/** Maps of which a stack has many entries, and what one of them is called. */
const COUNTED: Readonly<Record<string, string | undefined>> = {
  hosts: "host",
  "site.pages": "page",
};

/**
 * What is different between two configurations of a stack, in sentences sorted by what they are about. Of a
 * secret they say that it changed, and nothing of its value.
 */
export function settingsChanges(before: Config, after: Config): readonly string[] {
  const schema = z.toJSONSchema(settingsSchema, { io: "input" }) as Schema;
  const [was, is] = [before, after].map((config) => withDefaults(plainOf(config), schema));
  return [...changesAt("", was, is), ...secretChanges(before, after)];
}

/** What is no secret, by key without the prefix; a value of another's keeps it. */
function plainOf(config: Config): Record<string, unknown> {
  const plain = Object.entries(config).filter(([, { secret }]) => !secret);
  return Object.fromEntries(
    plain.map(([key, { value = "", objectValue }]) => [
      key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key,
      objectValue ?? value,
    ]),
  );
}

function secretChanges(before: Config, after: Config): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].sort().flatMap((key) => {
    const [was, is] = [before[key], after[key]];
    if (!(was?.secret || is?.secret)) return [];
    const name = `secret ${key.replace(PREFIX, "")}`;
    if (!was) return [`${name}: new`];
    if (!is) return [`${name}: no longer set`];
    return was.value === is.value ? [] : [`${name}: changed`];
  });
}

/** Of a map of many things: which came and which went, and what is different of the others. */
function memberChanges(path: string, noun: string, before: unknown, after: unknown) {
  const [was = {}, is = {}] = [before, after].map((members) => (isRecord(members) ? members : {}));
  const without = (members: object, others: object) =>
    Object.keys(members)
      .filter((name) => !(name in others))
      .sort();
  const both = Object.keys(was).filter((name) => name in is);
  return [
    ...memberCount("+", noun, without(is, was)),
    ...memberCount("-", noun, without(was, is)),
    ...both.sort().flatMap((name) => changesAt(`${path}.${name}`, was[name], is[name])),
  ];
}

function memberCount(sign: string, noun: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  return [`${sign}${names.length} ${noun}${names.length === 1 ? "" : "s"}: ${names.join(", ")}`];
}

function changesAt(path: string, before: unknown, after: unknown): readonly string[] {
  if (isSame(before, after)) return [];
  const noun = COUNTED[path];
  if (noun !== undefined) return memberChanges(path, noun, before, after);
  if (Array.isArray(before) && Array.isArray(after))
    return [`${path} ${listChange(before, after)}`];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) =>
      changesAt(path === "" ? key : `${path}.${key}`, before[key], after[key]),
    );
  }
  return [sentence(path, before, after)];
}

function sentence(path: string, before: unknown, after: unknown): string {
  const [, alert, parameter] = /^alerts\.(\w+)\.(\w+)$/.exec(path) ?? [];
  if (alert === undefined || parameter === undefined) return `${path} ${change(before, after)}`;
  if (parameter === "enabled") return `${alert}: switched ${isSame(after, true) ? "on" : "off"}`;
  // The one that a reader would say the other way round.
  if (parameter === "checks") return `${alert}: ${change(before, after)} checks`;
  return `${alert}: ${parameter} ${change(before, after)}`;
}

function change(before: unknown, after: unknown): string {
  const [was, is] = [shown(before), shown(after)];
  if (before === undefined) return is === undefined ? "is new" : `is new: ${is}`;
  if (after === undefined) return was === undefined ? "is gone" : `is gone: it was ${was}`;
  return was === undefined || is === undefined ? "changed" : `${was} → ${is}`;
}

function listChange(before: readonly unknown[], after: readonly unknown[]): string {
  const missingIn = (list: readonly unknown[]) => (value: unknown) =>
    list.every((other) => !isSame(other, value));
  const [gone, added] = [before.filter(missingIn(after)), after.filter(missingIn(before))];
  if (gone.length === 0 && added.length === 0) return "has another order";
  const [goneText, addedText] = [gone, added].map((values) => values.map(shown));
  if ([...(goneText ?? []), ...(addedText ?? [])].includes(undefined)) {
    return before.length === after.length
      ? "changed"
      : `${before.length} → ${after.length} entries`;
  }
  if (gone.length === 1 && added.length === 1) return `${goneText?.[0]} → ${addedText?.[0]}`;
  const signed = (sign: string, texts: readonly (string | undefined)[] = []) =>
    texts.map((text) => `${sign} ${text ?? ""}`);
  return [...signed("+", addedText), ...signed("-", goneText)].join(", ");
}

/** A value in a line; undefined where there is no short text for it. */
function shown(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined || typeof value === "object") return undefined;
  return text.length > LONGEST || text.includes("\n") ? undefined : text;
}

/** The engine keeps numbers and switches as text, and a time can be written in two ways. */
function isSame(one: unknown, other: unknown): boolean {
  const [a, b] = [textOf(one), textOf(other)];
  if (a === b) return true;
  const [aMs, bMs] = [a, b].map((text) => parseDuration(text ?? ""));
  return aMs !== undefined && aMs === bMs;
}

function textOf(value: unknown): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
