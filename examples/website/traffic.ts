import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { misuse, numberIn, runCli, siteUrl } from "./cli";
import { type Sample, summarize } from "./traffic-summary";

const HELP = `Usage: npx tsx examples/website/traffic.ts [options]

Visits the example website: the page, the list of tasks, new tasks, and an address that is not there.

  --url <address>  the site (default http://127.0.0.1:8080); nothing else is ever asked
  --rate <n>       requests per second, over 0 to 50 (default 2)
  --count <n>      requests in all, 1 to 10000 (default 100)
  --help
`;

/** What to do, every number bounded. */
export interface TrafficOptions {
  readonly url: string;
  /** Requests per second. */
  readonly rate: number;
  readonly count: number;
  /** What is asked, over and over. @default mostly looking, now and then something new or lost */
  readonly visits?: readonly Visit[];
}

/** One kind of request. */
export interface Visit {
  readonly method: "GET" | "POST";
  readonly path: string;
}

/** What visitors do, over and over: mostly looking, now and then something new, now and then lost. */
const ROUND: readonly Visit[] = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/api/tasks" },
  { method: "POST", path: "/api/tasks" },
  { method: "GET", path: "/" },
  { method: "GET", path: "/api/tasks" },
  { method: "GET", path: "/" },
  { method: "GET", path: "/api/tasks" },
  { method: "POST", path: "/api/tasks" },
  { method: "GET", path: "/" },
  { method: "GET", path: "/api/no-such-page" },
];

const PATIENCE_MS = 30_000;
const USER_AGENT = "sightline-traffic/1.0";

/**
 * Reads the command line.
 * @throws UsageError, or parseArgs' TypeError, for what cannot be understood or has no bound
 */
export function parseTraffic(args: readonly string[]): TrafficOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: "string", default: "http://127.0.0.1:8080" },
      rate: { type: "string", default: "2" },
      count: { type: "string", default: "100" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const rate = numberIn(values.rate, { name: "--rate", min: 0, max: 50 });
  if (rate === 0) {
    const rule = "must be over 0";
    throw misuse({ name: "--rate", rule, got: values.rate, fix: "for example 0.1" });
  }
  const count = numberIn(values.count, { name: "--count", min: 1, max: 10_000, integer: true });
  return { url: siteUrl(values.url), rate, count };
}

/** The nth request, counted from 0. */
export function visitAt(index: number, visits = ROUND): Visit {
  return visits[index % visits.length] as Visit;
}

/**
 * Makes the requests at an even pace, whether or not the site keeps up.
 *
 * @param signal ends it early; what was asked by then is awaited no longer and left out
 */
export async function runTraffic(options: TrafficOptions, signal?: AbortSignal): Promise<Sample[]> {
  const open: Promise<Sample | undefined>[] = [];
  const start = performance.now();
  for (let index = 0; index < options.count && !signal?.aborted; index += 1) {
    // Against the start, not the last request: delays do not add up.
    const due = start + (index * 1000) / options.rate;
    await sleep(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => undefined);
    if (signal?.aborted) break;
    open.push(visit(options, index, signal));
  }
  const samples = await Promise.all(open);
  return samples.filter((sample) => sample !== undefined);
}

async function visit(
  { url, visits }: TrafficOptions,
  index: number,
  signal?: AbortSignal,
): Promise<Sample | undefined> {
  const { method, path } = visitAt(index, visits);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const start = performance.now();
  const status = await fetch(url + path, {
    method,
    // A redirect could lead to another host.
    redirect: "manual",
    headers: { "User-Agent": USER_AGENT, "Content-Type": "application/json" },
    signal: signal ? AbortSignal.any([signal, patience]) : patience,
    ...(method === "POST" && { body: JSON.stringify({ title: `Pack order ${index + 1}` }) }),
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => "failed" as const,
  );
  return signal?.aborted ? undefined : { status, millis: performance.now() - start };
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseTraffic(args);
  if (options === "help") return void process.stdout.write(HELP);
  const stop = new AbortController();
  process.once("SIGINT", () => {
    stop.abort();
  });
  const start = performance.now();
  const samples = await runTraffic(options, stop.signal);
  const note = stop.signal.aborted ? " (stopped)" : "";
  process.stdout.write(`${summarize(samples, performance.now() - start)}${note}\n`);
}

if (require.main === module) runCli(main);
