import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Every file of the corpus, which is called like the log source whose lines it has. */
export const CORPUS_NAMES = [
  "app",
  "auth",
  "nginx-access",
  "nginx-error",
  "redis",
  "syslog",
  "titan",
] as const;
export type CorpusName = (typeof CORPUS_NAMES)[number];

/** A line as it is written, and what must become of it. */
export interface CorpusEntry {
  /** Several lines where an entry has several. */
  readonly written: string;
  /** What is kept: the same, but for personal data. */
  readonly kept: string;
  /** Only those that the pipeline gives; the source's own come on top. */
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  /** Time of day, as ISO 8601 has it; absent where the line has none. */
  readonly time?: string;
}

const LABELS = ["service", "log_type", "level"];

/**
 * Reads one file. Each entry is its line or lines, then `=> name=value …` with the labels, time of day
 * and fields that are expected, then the line as it is kept behind `=~ `, if something in it is masked.
 */
export function readCorpus(name: CorpusName): readonly CorpusEntry[] {
  const text = readFileSync(join(__dirname, `${name}.txt`), "utf8");
  const blocks = text.replace(/^#.*\n\n/, "").matchAll(/([^]*?)\n=> (.*)\n((?:=~ .*\n)*)\n?/g);
  return [...blocks].map(([, written = "", expected = "", masked = ""]) => {
    const values = readValues(expected);
    const { time } = values;
    const isLabel = ([key]: [string, string]) => LABELS.includes(key);
    const isField = ([key]: [string, string]) => key !== "time" && !LABELS.includes(key);
    return {
      written,
      kept: masked === "" ? written : masked.replaceAll(/^=~ /gm, "").slice(0, -1),
      labels: Object.fromEntries(Object.entries(values).filter(isLabel)),
      fields: Object.fromEntries(Object.entries(values).filter(isField)),
      ...(time ? { time } : {}),
    };
  });
}

function readValues(text: string): Record<string, string> {
  const pairs = text.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|\S+)/g);
  return Object.fromEntries(
    [...pairs].map(([, key = "", value = ""]) => [
      key,
      value.startsWith('"') ? (JSON.parse(value) as string) : value,
    ]),
  );
}
