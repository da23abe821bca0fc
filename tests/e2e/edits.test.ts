import { setTimeout as sleep } from "node:timers/promises";

import { Load } from "../support/edits/load";
import { type Edit, RunningStack } from "../support/edits/running";
import { EDITS } from "../support/edits/table";
import { Servers } from "../support/servers";
import { TestStack } from "../support/test-stack";
import { waitFor } from "../support/wait";

/**
 * A stack under load is edited as people edit it, one setting after the other, by the real engine: each
 * value is in force at once, no server is started again, no scrape and no line is lost.
 */
const MINUTE = 60_000;

// With all else, only in `npm run test:full`.
const isAsked = process.env.SIGHTLINE_EDITS === "1";
if (!isAsked) console.warn("skipped: it takes minutes. SIGHTLINE_EDITS=1 runs it");
const maybe = isAsked ? describe : describe.skip;

maybe("a stack under load that is edited", () => {
  let stack: TestStack;
  let running: RunningStack;
  let load: Load;

  beforeAll(async () => {
    stack = await TestStack.create("edits");
    await stack.edit({
      // With more time to answer than a busy machine may need: what is lost is lost by an edit.
      "sightline:intervals": { probe: "5s", probeTimeout: "1s", scrape: "5s", evaluation: "1s" },
      "sightline:hosts": { monitoring: {}, app: { exporters: { process: false } } },
      "sightline:browser": { enabled: true, plainHttp: true, origins: [stack.siteUrl] },
    });
    running = new RunningStack(stack);
    await stack.startSite();
    await stack.up();
    const servers = new Servers(stack);
    await waitFor(
      { what: "all targets up", deadlineMs: MINUTE },
      () => servers.targets(),
      (seen) => seen.length > 0 && seen.every(({ health }) => health === "up"),
    );
    load = new Load(stack);
  }, 10 * MINUTE);

  afterAll(async () => {
    await (load as Load | undefined)?.stop();
    await (stack as TestStack | undefined)?.remove();
  }, 5 * MINUTE);

  /** Asks again and again until the edit is in force. @returns when that was first seen */
  async function firstSeen({ inForce, shows }: Edit, signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      const seen = await inForce(running).catch(() => "");
      if (shows.test(seen)) return Date.now();
      await sleep(100);
    }
    throw new Error(`never in force; last: ${await inForce(running)}`);
  }

  test.each(EDITS.map((edit) => [edit.what, edit] as const))(
    "%s",
    async (what, edit) => {
      const { withinMs = 5_000 } = edit;
      expect(await edit.inForce(running)).not.toMatch(edit.shows);
      const before = { ...(await running.serversSince()), ...(await running.keepersSince()) };
      await stack.edit(edit.settings);
      const given = new AbortController();
      const seen = firstSeen(edit, given.signal);
      const startMs = Date.now();
      await stack.up();
      const upMs = Date.now() - startMs;
      setTimeout(() => {
        given.abort();
      }, withinMs);
      const seenMs = await seen;
      const after = { ...(await running.serversSince()), ...(await running.keepersSince()) };
      expect(changes(before, after)).toEqual([...edit.keepers, ...(edit.added ?? [])].sort());
      // From the moment at which the new files can be there at the earliest.
      const placedMs = Date.parse(after[edit.keepers[0] ?? ""]?.split(" ")[0] ?? "");
      console.log(`${what}: in force ${seenMs - placedMs} ms after its files; up: ${upMs} ms`);
      expect(seenMs - placedMs).toBeLessThan(withinMs);
      expect(await stack.plannedSteps()).toEqual([]);
    },
    3 * MINUTE,
  );

  test(
    "through all of them, no scrape was missed and none failed",
    async () => {
      const { count, lost } = await load.scrapes((await stack.settings()).intervals.scrape);
      console.log(`${count} scrapes, lost: ${JSON.stringify(lost)}`);
      expect(count).toBeGreaterThan(500);
      expect(lost).toEqual([]);
    },
    MINUTE,
  );

  test(
    "through all of them, every line came once",
    async () => {
      const { written, lost, doubled } = await load.lines();
      console.log(`${written} lines, ${lost.length} lost, ${doubled.length} twice`);
      expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
    },
    3 * MINUTE,
  );
});

/** Containers that are there after and were not before, or were started since. */
function changes(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
