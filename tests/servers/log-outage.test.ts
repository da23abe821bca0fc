import { setTimeout as sleep } from "node:timers/promises";

import { alloySpec } from "../../configs/services/alloy";
import { promtailSpec } from "../../configs/services/promtail";
import { exposedValue } from "../support/exposition";
import { prodSettings } from "../support/fixtures";
import { LogLab } from "../support/log-lab";
import { waitFor } from "../support/wait";

/**
 * Loki is away while the site writes on. What an outage of an hour has more of than this one is time
 * at the longest pause between two tries, 30 s, which is reached after 31 s; and lines, so these are
 * as many as a site with seven requests a second writes in an hour.
 */
const MINUTE = 60_000;
const LINES = 25_000;
const AWAY_MS = 75_000;
const AGENTS = [
  ["promtail", promtailSpec],
  ["alloy", alloySpec],
] as const;

let lab: LogLab | undefined;

beforeAll(async () => {
  lab = await LogLab.create("outage");
}, 2 * MINUTE);

afterAll(() => lab?.remove(), MINUTE);

test.each(AGENTS)(
  "%s gives up no line while Loki is away, sends all when it is back, and keeps its memory",
  async (agent, specOf) => {
    const here = lab as LogLab;
    const env = `${agent}-outage`;
    const spec = specOf(prodSettings({ environment: env, logs: { agent, route: "agent" } }), "app");
    const file = "/mnt/nginx-logs/access.log";
    await here.write(file, requests(0, 1));
    await here.start(spec, env);
    const count = async () => (await here.streams(`{env="${env}"}`)).lines;
    const arrived = (lines: number) =>
      waitFor(
        { what: `${lines} lines of ${env}`, deadlineMs: 2 * MINUTE, everyMs: 2_000 },
        count,
        (seen) => seen >= lines,
      );
    await arrived(1);
    const before = await residentMegabytes(here, env, spec.port);
    await here.store.halt();
    for (let sent = 0; sent < 25; sent += 1) {
      await here.append(file, requests(1 + sent * 1_000, 1_000));
      await sleep(AWAY_MS / 25);
    }
    const during = await residentMegabytes(here, env, spec.port);
    await here.store.resume();
    expect(await arrived(LINES + 1)).toBe(LINES + 1);
    const after = await residentMegabytes(here, env, spec.port);
    console.log(`${agent}: MiB before, in and after the outage: ${before}, ${during}, ${after}`);
    expect(Math.max(during, after)).toBeLessThan(spec.memoryMegabytes * 0.8);
  },
  6 * MINUTE,
);

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

async function residentMegabytes(here: LogLab, alias: string, port: number): Promise<number> {
  const page = await here.page(alias, `${port}/metrics`);
  return Math.round(exposedValue(page, "process_resident_memory_bytes") / 2 ** 20);
}
