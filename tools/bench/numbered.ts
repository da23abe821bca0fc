import { appendFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { lineOf } from "../../examples/website/numbered-lines";
import { miscounted } from "../lib/lost-scrapes";
import { waitFor } from "../lib/wait";

/** Where numbered lines are written, and where they are looked for. */
export interface Route {
  /** A log file of the site. */
  readonly file: string;
  /** Address of Loki. */
  readonly loki: string;
}

const SELECTOR = '{job="app"}';
const POLL_MS = 50;
/** The most lines that Loki gives at once. */
const LIMIT = 5_000;
const DEADLINE_MS = 180_000;

/**
 * Writes lines at an even pace while Loki is asked for them again and again.
 *
 * @returns milliseconds from the writing of each line until it was first found
 * @throws Error where one is never found
 */
export async function millisecondsToBeFound(
  { file, loki }: Route,
  lines: { readonly run: string; readonly count: number; readonly perSecond: number },
): Promise<readonly number[]> {
  const { run, count, perSecond } = lines;
  const writtenMs = new Map<number, number>();
  const took = new Map<number, number>();
  const startMs = Date.now();
  const writing = (async () => {
    for (let number = 1; number <= count; number += 1) {
      await sleep(Math.max(0, startMs + ((number - 1) * 1_000) / perSecond - Date.now()));
      writtenMs.set(number, Date.now());
      await appendFile(file, lineOf(new Date(), run, number));
    }
  })();
  await waitFor(
    { what: `${count} lines of run ${run} in Loki`, deadlineMs: DEADLINE_MS, everyMs: POLL_MS },
    async () => {
      const found = await numbers(loki, { run, startMs });
      const now = Date.now();
      for (const number of found) {
        if (!took.has(number)) took.set(number, now - (writtenMs.get(number) ?? now));
      }
      return took.size;
    },
    (seen) => seen === count,
  );
  await writing;
  return [...took.values()];
}

/**
 * Writes all lines at once and waits until Loki has them.
 *
 * @returns seconds until the last was there
 * @throws Error where a line is lost or there twice
 */
export async function secondsToCatchUp(
  { file, loki }: Route,
  { run, count }: { readonly run: string; readonly count: number },
): Promise<number> {
  const startMs = Date.now();
  // Each of a millisecond of its own: Loki compares a line with all others of the same moment.
  const firstMs = startMs - count;
  const all = Array.from({ length: count }, (_, index) =>
    lineOf(new Date(firstMs + index), run, index + 1),
  );
  await appendFile(file, all.join(""));
  await waitFor(
    { what: `${count} lines of run ${run} in Loki`, deadlineMs: DEADLINE_MS, everyMs: 4 * POLL_MS },
    () => counted(loki, run),
    (seen) => seen >= count,
  );
  const seconds = (Date.now() - startMs) / 1_000;
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  const found: number[] = [];
  for (const digit of digits)
    found.push(...(await numbers(loki, { run, startMs: firstMs, digit })));
  const { lost, doubled } = miscounted(found, count);
  if (lost.length + doubled.length === 0) return seconds;
  throw new Error(`of ${count} lines ${lost.length} are lost and ${doubled.length} there twice`);
}

/** Numbers of a run's lines that Loki has. @param digit only those that end with it */
async function numbers(
  loki: string,
  of: { readonly run: string; readonly startMs: number; readonly digit?: number },
): Promise<readonly number[]> {
  const { run, startMs, digit } = of;
  const last = digit === undefined ? "" : ` |~ "line [0-9]*${digit}$"`;
  const answer = await ask(loki, "query_range", {
    query: `${SELECTOR} |= "run ${run} line"${last}`,
    start: `${startMs - 1_000}000000`,
    end: `${Date.now() + 1_000}000000`,
    limit: String(LIMIT),
  });
  const { data } = answer as { data: { result: { values: [string, string][] }[] } };
  return data.result.flatMap(({ values }) =>
    values.map(([, line]) => Number(/line (\d+)$/.exec(line)?.[1])),
  );
}

async function counted(loki: string, run: string): Promise<number> {
  const query = `sum(count_over_time(${SELECTOR} |= "run ${run} line" [10m]))`;
  const answer = await ask(loki, "query", { query });
  const { data } = answer as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? 0);
}

async function ask(
  loki: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<unknown> {
  const query = new URLSearchParams(parameters).toString();
  const answer = await fetch(`${loki}/loki/api/v1/${path}?${query}`, {
    signal: AbortSignal.timeout(20_000),
  });
  if (!answer.ok) throw new Error(`Loki answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
