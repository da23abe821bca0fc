import { setTimeout as sleep } from "node:timers/promises";

import type { TestStack } from "../test-stack";
import type { Edit, Refusal, RunningStack } from "./running";

/** A running stack whose settings people edit, and what each edit did to its containers. */
export class EditedStack<R extends RunningStack> {
  constructor(
    private readonly stack: TestStack,
    private readonly running: R,
  ) {}

  /**
   * Makes an edit by `pulumi up`: it is in force in time, no container was touched but those that it names,
   * and a second preview is empty.
   */
  async make(edit: Edit<R>): Promise<void> {
    const { what, withinMs = 5_000, keepers, added = [], removed = [] } = edit;
    expect(await edit.inForce(this.running)).not.toMatch(edit.shows);
    const before = await this.containers();
    await this.stack.edit(edit.settings);
    await edit.secrets?.(this.stack);
    const given = new AbortController();
    const seen = this.firstSeen(edit, given.signal);
    const startMs = Date.now();
    await this.stack.up();
    const upMs = Date.now() - startMs;
    setTimeout(() => {
      given.abort();
    }, withinMs);
    const seenMs = await seen;
    const after = await this.containers();
    expect(changes(before, after)).toEqual([...keepers, ...added, ...removed].sort());
    expect(removed.filter((name) => name in after)).toEqual([]);
    // From the moment at which the new files can be there at the earliest.
    const placedMs = Date.parse(after[keepers[0] ?? ""]?.split(" ")[0] ?? "");
    console.log(`${what}: in force ${seenMs - placedMs} ms after its files; up: ${upMs} ms`);
    expect(seenMs - placedMs).toBeLessThan(withinMs);
    expect(await this.stack.plannedSteps()).toEqual([]);
  }

  /** Makes an edit that must not go through: what was in force stays so, and no container is touched. */
  async refuse({ settings, reason, inForce, stays }: Refusal<R>): Promise<void> {
    const before = await this.containers();
    const kept = await this.stack.withFile(
      (text) => text,
      async () => {
        await this.stack.edit(settings);
        await expect(this.stack.up()).rejects.toThrow(reason);
        return this.containers();
      },
    );
    expect(changes(before, kept)).toEqual([]);
    expect(await inForce(this.running)).toMatch(stays);
    expect(await this.stack.plannedSteps()).toEqual([]);
  }

  private async containers(): Promise<Readonly<Record<string, string>>> {
    return { ...(await this.running.serversSince()), ...(await this.running.keepersSince()) };
  }

  /** Asks again and again until the edit is in force. @returns when that was first seen */
  private async firstSeen({ inForce, shows }: Edit<R>, signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      const seen = await inForce(this.running).catch(() => "");
      if (shows.test(seen)) return Date.now();
      await sleep(100);
    }
    throw new Error(`never in force; last: ${await inForce(this.running)}`);
  }
}

/** Containers that are there after and were not before, are there no more, or were started since. */
function changes(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
