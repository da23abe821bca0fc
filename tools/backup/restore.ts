import { createReadStream } from "node:fs";
import path from "node:path";

import type { Settings } from "../../configs/settings/settings";
import { elapsed } from "../lib/duration";
import type { Report } from "../lib/progress";
import { reasonOf } from "../lib/setup-error";
import { keyOf } from "./plan";
import type { Restored } from "./restore-plan";
import { sizeText } from "./size-text";
import { VolumeHelper } from "./volume-helper";
import { whileStopped } from "./while-stopped";

/** What is put where. */
export interface RestoreRun {
  readonly settings: Settings;
  /** The folder of a backup whose files were checked. */
  readonly folder: string;
  readonly restored: readonly Restored[];
  readonly say: Report;
  readonly signal: AbortSignal;
}

/** A volume that the command has in its hands. */
interface Held {
  readonly one: Restored;
  readonly helper: VolumeHelper;
  /** Whether its contents are those of the backup. */
  isSwapped: boolean;
}

/**
 * Puts the contents of a backup in the place of those that are there. All of it is unpacked beside them
 * first, while the servers run; then each server is stopped for as long as its volume's entries are renamed.
 * The old contents go when every server answers with the new ones; else they are put back.
 */
export async function restore(run: RestoreRun): Promise<void> {
  const { restored, say } = run;
  const held: Held[] = [];
  try {
    for (const [index, one] of restored.entries()) {
      say(
        `[${index + 1}/${restored.length}] ${keyOf(one.from)} is unpacked on ${one.volume.host} …`,
      );
      const helper = await VolumeHelper.open(run.settings, one.volume);
      held.push({ one, helper, isSwapped: false });
      await unpack(run, one, helper);
    }
    for (const each of held) await swap(run, each);
    // From here on nothing is undone: who interrupts it has what was asked for.
    for (const { helper } of held) await helper.run("commit");
  } catch (error) {
    await putBack(run, held, error);
    throw error;
  } finally {
    await release(held.map(({ helper }) => helper));
  }
}

async function unpack(
  { folder, signal }: RestoreRun,
  { volume, from }: Restored,
  helper: VolumeHelper,
): Promise<void> {
  const { freeBytes } = await helper.room();
  if (freeBytes < from.contentBytes) {
    throw new Error(
      `${volume.volume} on ${volume.host}: must have room for ${sizeText(from.contentBytes)} beside what ` +
        `is there; got ${sizeText(freeBytes)}. Fix: free space there; nothing was changed`,
    );
  }
  const stdin = createReadStream(path.join(folder, from.file));
  await helper.run("receive", { stdin, signal });
}

/** Readers, too: one that finds half of the contents may remember that. */
function serversOf({ volume }: Restored) {
  return [...volume.readers, ...volume.writers, volume.owner];
}

async function swap({ settings, say, signal }: RestoreRun, each: Held): Promise<void> {
  const { one, helper } = each;
  const { host, service } = one.volume;
  signal.throwIfAborted();
  each.isSwapped = true;
  // A few renames, which are over before anybody could interrupt them.
  const work = helper.words("swap");
  const { awayMs } = await whileStopped({ settings, host, servers: serversOf(one), work });
  say(`    ${service} has its data of then, and answers again after ${elapsed(awayMs)}`);
  signal.throwIfAborted();
}

async function putBack(
  { settings, say }: RestoreRun,
  held: readonly Held[],
  because: unknown,
): Promise<void> {
  const swapped = held.filter(({ isSwapped }) => isSwapped).reverse();
  if (swapped.length === 0) return;
  say(`The contents of before are put back, because: ${reasonOf(because)}`);
  for (const { one, helper } of swapped) {
    const { service, host } = one.volume;
    try {
      await whileStopped({ settings, host, servers: serversOf(one), work: helper.words("undo") });
      say(`    ${service} answers again, with what it had`);
    } catch (error) {
      say(`    ${service}: ${reasonOf(error)}`);
    }
  }
}

/** All of them, also where one cannot be cleaned any more. @throws what went wrong first */
async function release(helpers: readonly VolumeHelper[]): Promise<void> {
  const released = await Promise.allSettled(
    helpers.map((helper) => helper.run("clean").finally(() => helper.close())),
  );
  const failed = released.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
}
