import { median, ratio, type Row, type Section, type Unit } from "./figures";

const HEAD = ["what", "median", "lowest to highest", "runs", "against", "its median", "ratio"];

/** How many digits after the point tell two runs apart. */
const DIGITS: Readonly<Record<Unit, number>> = {
  s: 1,
  ms: 0,
  MiB: 0,
  KiB: 0,
  "% of a core": 1,
  "lines/s": 0,
  scrapes: 0,
  checks: 0,
  rules: 0,
};

/** One item's figures as a table and its notes as a list, in Markdown. */
export function sectionText({ rows, notes }: Section): string {
  const cells = [[...HEAD, "evidence"], ...rows.map(rowCells)];
  const [head = [], ...rest] = cells.map((row) => `| ${row.join(" | ")} |`);
  const line = `|${cells[0]?.map(() => "---").join("|")}|`;
  return [head, line, ...rest, "", ...notes.map((note) => `- ${note}`)].join("\n");
}

function rowCells(row: Row): readonly string[] {
  const { what, unit, samples, versus, evidence } = row;
  const figure = (value: number) => value.toFixed(DIGITS[unit]);
  const times = ratio(row);
  return [
    what,
    `${figure(median(samples))} ${unit}`,
    `${figure(Math.min(...samples))} to ${figure(Math.max(...samples))}`,
    String(samples.length),
    versus?.what ?? "",
    versus ? `${figure(median(versus.samples))} ${unit}` : "",
    times === undefined ? "" : times.toFixed(2),
    evidence,
  ];
}

/** Lines between which an item's figures stand in docs/benchmarks.md. */
export const begin = (item: string) => `<!-- bench: ${item} -->`;
export const end = (item: string) => `<!-- bench: end of ${item} -->`;

/**
 * The text with other figures of one item.
 *
 * @throws Error where the text has no place for them
 */
export function withFigures(text: string, item: string, figures: string): string {
  const [first, last] = [text.indexOf(begin(item)), text.indexOf(end(item))];
  if (first < 0 || last < first) {
    throw new Error(
      `docs/benchmarks.md: must have "${begin(item)}" and after it "${end(item)}". Fix: put both back`,
    );
  }
  return `${text.slice(0, first)}${begin(item)}\n\n${figures}\n\n${text.slice(last)}`;
}
