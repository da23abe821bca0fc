import { setTimeout as sleep } from "node:timers/promises";

import { alloySpec } from "../../configs/services/alloy";
import { promtailSpec } from "../../configs/services/promtail";
import { exposedValue } from "../support/exposition";
import { prodSettings } from "../support/fixtures";
import { LogLab } from "../support/log-lab";
import { waitFor } from "../support/wait";

/**
 * Loki is away while the site writes on. The longest pause between two tries, 30 s, is reached after
 * 31 s; the lines are as many as a site with seven requests a second writes in an hour. The hour itself
 * is waited for when it is asked for.
 */
const MINUTE = 60_000;
const LINES = 25_000;
const AWAY_MS = Number(process.env.SIGHTLINE_OUTAGE_SECONDS ?? 75) * 1_000;
/** Written while Loki is away, beside the busy file and into the same stream. */
const QUIET_LINES = 20;
const SAMPLE_MS = 3_000;
const HOURS = Math.ceil(AWAY_MS / (60 * MINUTE)) + 1;

const AGENTS = (["promtail", "alloy"] as const).map((name) => {
  const env = `${name}-outage`;
  const logs = {
    agent: name,
    route: "agent",
    directories: {},
    sources: { shop: { path: "/var/log/shop/*.log", formats: ["nginx-access"] } },
  };
  const settings = prodSettings({ environment: env, logs });
  const spec = name === "alloy" ? alloySpec(settings, "app") : promtailSpec(settings, "app");
  return { name, env, spec, peakMegabytes: 0 };
});
const BUSY = "/mnt/shop-logs/busy.log";
const QUIET = "/mnt/shop-logs/quiet.log";

let lab: LogLab | undefined;

beforeAll(async () => {
  lab = await LogLab.create("outage", (config) => config);
}, 2 * MINUTE);

afterAll(() => lab?.remove(), MINUTE);

test(
  "agents give up no line while Loki is away, send all when it is back, and keep their memory",
  async () => {
    const here = lab as LogLab;
    const startedMs = Date.now();
    await here.write(BUSY, requests(0, 1));
    await here.write(QUIET, requests(LINES + 1, 1));
    for (const { spec, env } of AGENTS) await here.start(spec, env);
    const arrived = (lines: number, sinceMs = startedMs) =>
      Promise.all(AGENTS.map(({ env }) => secondsUntil(here, { env, lines, sinceMs })));
    await arrived(2);
    const before = await Promise.all(AGENTS.map((one) => sampled(here, one)));

    await here.store.halt();
    await writeWhileAway(here);
    const backMs = Date.now();
    await here.store.resume();
    const catchUp = await arrived(LINES + QUIET_LINES + 2, backMs);
    await Promise.all(AGENTS.map((one) => sampled(here, one)));

    const expected = Array.from({ length: LINES + QUIET_LINES + 2 }, (_, number) => number);
    for (const [index, { name, env, peakMegabytes, spec }] of AGENTS.entries()) {
      console.log(
        `${name}: Loki away for ${AWAY_MS / 1_000} s, all there ${catchUp[index]} s after its start; ` +
          `MiB before ${before[index]}, at most ${peakMegabytes} of ${spec.memoryMegabytes}`,
      );
      expect(await numbersOf(here, env, startedMs)).toEqual(expected);
      expect(peakMegabytes).toBeLessThan(spec.memoryMegabytes * 0.8);
    }
  },
  AWAY_MS + 6 * MINUTE,
);

/** Lines at an even pace until the outage is over, and now and then the agents' memory. */
async function writeWhileAway(here: LogLab): Promise<void> {
  const startMs = Date.now();
  let [busy, quiet, sampledMs] = [0, 0, 0];
  while (busy < LINES || quiet < QUIET_LINES) {
    await sleep(1_000);
    const share = Math.min((Date.now() - startMs) / AWAY_MS, 1);
    const due = [
      Math.floor(LINES * share) - busy,
      Math.floor(QUIET_LINES * share) - quiet,
    ] as const;
    await here.append(BUSY, requests(1 + busy, due[0]));
    await here.append(QUIET, requests(LINES + 2 + quiet, due[1]));
    [busy, quiet] = [busy + due[0], quiet + due[1]];
    if (Date.now() - sampledMs < SAMPLE_MS) continue;
    sampledMs = Date.now();
    await Promise.all(AGENTS.map((one) => sampled(here, one)));
  }
}

/** Numbered requests, no two of them the same. */
function requests(from: number, count: number): string {
  const [, day, month, year, time] = new Date().toUTCString().split(" ");
  const lines = Array.from(
    { length: count },
    (_, index) =>
      `10.0.0.1 - - [${day}/${month}/${year}:${time} +0000] ` +
      `"GET /item/${from + index} HTTP/1.1" 200 512 "-" "Browser"\n`,
  );
  return lines.join("");
}

/** Waits until an agent has brought that many lines. @returns seconds since then */
async function secondsUntil(
  here: LogLab,
  {
    env,
    lines,
    sinceMs,
  }: { readonly env: string; readonly lines: number; readonly sinceMs: number },
): Promise<number> {
  await waitFor(
    { what: `${lines} lines of ${env}`, deadlineMs: 3 * MINUTE, everyMs: 1_000 },
    async () => (await here.streams(`{env="${env}"}`, HOURS)).lines,
    (seen) => seen >= lines,
  );
  return Math.round((Date.now() - sinceMs) / 1_000);
}

/** Every request's number as often as Loki has it, in their order. An answer has 5,000 lines at most. */
async function numbersOf(here: LogLab, env: string, fromMs: number): Promise<readonly number[]> {
  const stepMs = Math.ceil((Date.now() + 1_000 - fromMs) / 15 / 1_000) * 1_000;
  const times = Array.from({ length: 16 }, (_, step) =>
    new Date(Math.floor(fromMs / 1_000) * 1_000 + step * stepMs).toISOString(),
  );
  const slices = times
    .slice(1)
    .map((to, index) => here.entries(`{env="${env}"}`, times[index] ?? to, to));
  const lines = (await Promise.all(slices)).flat().map(({ line }) => line);
  return lines
    .map((line) => Number(/item\/(\d+)/.exec(line)?.[1]))
    .sort((one, other) => one - other);
}

/** Resident MiB of an agent now; the most of them is kept. */
async function sampled(here: LogLab, agent: (typeof AGENTS)[number]): Promise<number> {
  const page = await here.page(agent.env, `${agent.spec.port}/metrics`);
  const megabytes = Math.round(exposedValue(page, "process_resident_memory_bytes") / 2 ** 20);
  agent.peakMegabytes = Math.max(agent.peakMegabytes, megabytes);
  return megabytes;
}
