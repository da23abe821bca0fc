import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { durationIn, misuse, numberIn, runCli, siteUrl } from "./cli";
import { type Sample, summarize } from "./traffic-summary";

const HELP = `Usage: npx tsx examples/website/traffic.ts [options]

Visits the example website: the page, the list of tasks, new tasks, and an address that is not there.
A site on another machine is only looked at, gently: GET of / or of the given paths, at most 10 a
second, and no more after 5 errors in a row.

  --url <address>    the site (default http://127.0.0.1:8080); nothing else is ever asked
  --rate <n>         requests per second, over 0 to 50, elsewhere 10 (default 2)
  --count <n>        requests in all, 1 to 10000 (default 100)
  --duration <time>  in place of --count: 30s, 5m; at most 1h
  --path <path>      what is asked by GET, in place of the above; may be given again
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
  /** Errors in a row (no answer, 429 or 5xx) after which nothing more is asked. @default no limit */
  readonly stopAfter?: number;
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
const MAX_RATE = 50;
const MAX_COUNT = 10_000;
/** What somebody else's site, or one in use, is spared. */
const ELSEWHERE = { maxRate: 10, stopAfter: 5 };
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
      count: { type: "string" },
      duration: { type: "string" },
      path: { type: "string", multiple: true },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const url = siteUrl(values.url);
  const isElsewhere = !isThisMachine(url);
  const max = isElsewhere ? ELSEWHERE.maxRate : MAX_RATE;
  const rate = numberIn(values.rate, { name: "--rate", min: 0, max });
  if (rate === 0) {
    const rule = "must be over 0";
    throw misuse({ name: "--rate", rule, got: values.rate, fix: "for example 0.1" });
  }
  const paths = values.path ?? (isElsewhere ? ["/"] : undefined);
  return {
    url,
    rate,
    count: countOf(values, rate),
    ...(paths ? { visits: paths.map(lookAt) } : {}),
    ...(isElsewhere ? { stopAfter: ELSEWHERE.stopAfter } : {}),
  };
}

function isThisMachine(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

function countOf(of: { readonly count?: string; readonly duration?: string }, rate: number) {
  if (of.duration === undefined) {
    return numberIn(of.count ?? "100", { name: "--count", min: 1, max: MAX_COUNT, integer: true });
  }
  const name = "--duration";
  if (of.count !== undefined) {
    const rule = "must be given without --count";
    throw misuse({ name, rule, got: of.duration, fix: "leave one of the two out" });
  }
  const count = Math.ceil((rate * durationIn(of.duration, name)) / 1_000);
  if (count <= MAX_COUNT) return count;
  const rule = `must end within ${MAX_COUNT} requests`;
  throw misuse({ name, rule, got: of.duration, fix: "a lower --rate, or a shorter time" });
}

function lookAt(path: string): Visit {
  if (/^\/[^\s#]*$/.test(path)) return { method: "GET", path };
  const rule = "must begin with / and have no white space and no #";
  throw misuse({ name: "--path", rule, got: path, fix: "for example /api/tasks" });
}

/** The nth request, counted from 0. */
export function visitAt(index: number, visits = ROUND): Visit {
  return visits[index % visits.length] as Visit;
}

/**
 * Makes the requests at an even pace, whether or not the site keeps up.
 *
 * @param signal ends it early; what was asked by then is awaited no longer and left out
 * @returns fewer samples than requests were wanted where it ended early
 */
export async function runTraffic(options: TrafficOptions, signal?: AbortSignal): Promise<Sample[]> {
  const open: Promise<Sample | undefined>[] = [];
  const start = performance.now();
  let errorsInARow = 0;
  for (let index = 0; index < options.count && !signal?.aborted; index += 1) {
    // Against the start, not the last request: delays do not add up.
    const due = start + (index * 1000) / options.rate;
    await sleep(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => undefined);
    if (signal?.aborted || errorsInARow >= (options.stopAfter ?? Infinity)) break;
    const asked = visit(options, index, signal);
    open.push(asked);
    void asked.then((sample) => {
      errorsInARow = sample && isError(sample) ? errorsInARow + 1 : 0;
    });
  }
  const samples = await Promise.all(open);
  return samples.filter((sample) => sample !== undefined);
}

function isError({ status }: Sample): boolean {
  return status === "failed" || status === 429 || status >= 500;
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
  })
    .then(async (response) => {
      await response.arrayBuffer();
      return response.status;
    })
    // Also an answer that breaks off.
    .catch(() => "failed" as const);
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
  const endedEarly = !stop.signal.aborted && samples.length < options.count;
  if (endedEarly) process.exitCode = 1;
  const why = endedEarly ? " (ended: errors in a row)" : "";
  const note = stop.signal.aborted ? " (stopped)" : why;
  process.stdout.write(`${summarize(samples, performance.now() - start)}${note}\n`);
}

if (require.main === module) runCli(main);
