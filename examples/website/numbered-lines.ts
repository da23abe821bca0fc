import { open } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { durationIn, misuse, numberIn, runCli } from "./cli";

const HELP = `Usage: npx tsx examples/website/numbered-lines.ts --file <path> [options]

Appends numbered lines to a log file, as the example's backend writes them, so that lost and doubled
ones can be counted where the logs arrive.

  --file <path>      the file; its folder must be there
  --run <name>       tells these lines from others, 1 to 20 of a-z and 0-9 (default: the time)
  --rate <n>         lines per second, over 0 to 1000 (default 10)
  --count <n>        lines in all, 1 to 1000000 (default 100)
  --duration <time>  in place of --count: 30s, 5m; at most 1h
  --help
`;

const MAX_COUNT = 1_000_000;

/** What to write, every number bounded. */
export interface LineOptions {
  readonly file: string;
  readonly run: string;
  /** Lines per second. */
  readonly rate: number;
  readonly count: number;
}

/**
 * Reads the command line.
 * @throws UsageError, or parseArgs' TypeError, for what cannot be understood or has no bound
 */
export function parseLines(args: readonly string[], now: Date): LineOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: { type: "string", default: "" },
      run: { type: "string", default: now.getTime().toString(36) },
      rate: { type: "string", default: "10" },
      count: { type: "string" },
      duration: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const { file, run } = values;
  if (file === "") {
    const fix = "for example ./examples/website/data/logs/app/app.log";
    throw misuse({ name: "--file", rule: "must be given", got: "", fix });
  }
  if (!/^[a-z0-9]{1,20}$/.test(run)) {
    throw misuse({ name: "--run", rule: "must be 1 to 20 of a-z and 0-9", got: run, fix: "r1" });
  }
  const rate = numberIn(values.rate, { name: "--rate", min: 0.01, max: 1_000 });
  return { file, run, rate, count: countOf(values, rate) };
}

function countOf(of: { readonly count?: string; readonly duration?: string }, rate: number) {
  if (of.duration === undefined) {
    return numberIn(of.count ?? "100", { name: "--count", min: 1, max: MAX_COUNT, integer: true });
  }
  if (of.count === undefined) {
    return Math.min(MAX_COUNT, Math.ceil((rate * durationIn(of.duration, "--duration")) / 1_000));
  }
  const rule = "must be given without --count";
  throw misuse({ name: "--duration", rule, got: of.duration, fix: "leave one of the two out" });
}

/** A moment as Python's logging writes it. */
export function stampOf(time: Date): string {
  return time.toISOString().replace("T", " ").replace(".", ",").replace("Z", "");
}

/** One line, counted from 1. */
export function lineOf(time: Date, run: string, number: number): string {
  return `${stampOf(time)} INFO [numbered] run ${run} line ${number}\n`;
}

/**
 * Appends the lines at an even pace; each is one write, so that none is torn.
 *
 * @param signal ends it early
 * @returns how many were written
 */
export async function writeLines(options: LineOptions, signal?: AbortSignal): Promise<number> {
  const { file, run, rate, count } = options;
  const log = await open(file, "a");
  try {
    const start = performance.now();
    for (let number = 1; number <= count; number += 1) {
      const wait = start + ((number - 1) * 1_000) / rate - performance.now();
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
      if (signal?.aborted) return number - 1;
      await log.appendFile(lineOf(new Date(), run, number));
    }
    return count;
  } finally {
    await log.close();
  }
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseLines(args, new Date());
  if (options === "help") return void process.stdout.write(HELP);
  const stop = new AbortController();
  process.once("SIGINT", () => {
    stop.abort();
  });
  const written = await writeLines(options, stop.signal);
  process.stdout.write(
    [
      `${written} lines of run ${options.run} are in ${options.file}`,
      `To count those that arrived, in Loki: sum(count_over_time({job="app"} |= "run ${options.run} line" [2h]))`,
      "",
    ].join("\n"),
  );
}

if (require.main === module) runCli(main);
