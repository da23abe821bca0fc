import { runTraffic } from "../../../examples/website/traffic";
import type { BenchStack } from "../bench-stack";
import { type Load, type Loads, samplesOf } from "../containers-load";
import type { Row, Section } from "../figures";
import { withIntervals } from "../with-intervals";

/** How long one sample of the processors' time lasts. */
const WINDOW_MS = 6_000;
/** After the last change, until caches and queues are what they stay. */
const SETTLE_MS = 20_000;
const REQUESTS_PER_SECOND = 100;
/** More than any run makes; the traffic is ended when the samples are taken. */
const REQUESTS = 1_000_000;
const VISITS = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/api/tasks" },
] as const;

/** What each container needs when nobody visits the site, and at 100 requests a second. */
export async function benchRest(stack: BenchStack, runs: number): Promise<Section> {
  return withIntervals(stack, undefined, async () => {
    await stack.up();
    return restAndLoad(stack, runs);
  });
}

async function restAndLoad(stack: BenchStack, runs: number): Promise<Section> {
  stack.commands.report(`at rest: ${runs} times ${WINDOW_MS / 1_000} s …`);
  await stack.commands.pause(SETTLE_MS);
  const rest = await samplesOf(stack, { runs, windowMs: WINDOW_MS });
  const visitors = new AbortController();
  const stop = () => {
    visitors.abort();
  };
  stack.commands.signal.addEventListener("abort", stop);
  const url = process.env.SIGHTLINE_SITE_URL ?? "";
  const traffic = runTraffic(
    { url, rate: REQUESTS_PER_SECOND, count: REQUESTS, visits: VISITS },
    visitors.signal,
  );
  stack.commands.report(`at ${REQUESTS_PER_SECOND} requests a second: the same …`);
  const startMs = Date.now();
  await stack.commands.pause(SETTLE_MS);
  const busy = await samplesOf(stack, { runs, windowMs: WINDOW_MS });
  const seconds = (Date.now() - startMs) / 1_000;
  stop();
  const answers = await traffic;
  const good = answers.filter(({ status }) => status === 200).length;
  return {
    rows: rows(rest, busy),
    notes: [
      `Visitors and the example site run on the same machine; its containers are not in these figures. ` +
        `${(good / seconds).toFixed(0)} requests a second were answered with 200, ` +
        `${answers.length - good} otherwise.`,
      "Memory is what `docker stats` shows: without files that are only cached. 100 % of a core is one processor.",
      "Keepers are added up, as is the whole stack. Checks and rules have the default intervals, and " +
        "Loki and Prometheus hold minutes of data, not a week's.",
    ],
  };
}

function rows(rest: Loads, busy: Loads): readonly Row[] {
  const names = [...busy.keys()].sort((one, other) => rank(one) - rank(other));
  return names.flatMap((name) => {
    const [calm, loaded] = [rest.get(name), busy.get(name)];
    if (!calm || !loaded) return [];
    const row = (what: string, unit: Row["unit"], of: (one: Load) => readonly number[]): Row => ({
      what: `${name}, ${what}, under load`,
      unit,
      samples: of(loaded),
      versus: { what: "at rest", samples: of(calm) },
      evidence: "real",
    });
    return [
      row("memory", "MiB", ({ megabytes }) => megabytes),
      row("processor", "% of a core", ({ percent }) => percent),
    ];
  });
}

/** The whole first, keepers last. */
function rank(name: string): number {
  if (name === "the whole stack") return 0;
  return name === "keepers" ? 2 : 1;
}
