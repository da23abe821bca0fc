import { setTimeout as sleep } from "node:timers/promises";

export interface WaitOptions {
  /** What is waited for, in words for the failure. */
  readonly what: string;
  readonly deadlineMs: number;
  /** @default `500` */
  readonly everyMs?: number;
}

/**
 * Asks until the answer is accepted, and returns it. Errors count as "not yet".
 *
 * @throws Error that says what was waited for and what was seen last.
 */
export async function waitFor<T>(
  { what, deadlineMs, everyMs = 500 }: WaitOptions,
  ask: () => Promise<T>,
  isThere: (seen: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  let last = "nothing";
  do {
    try {
      const seen = await ask();
      if (isThere(seen)) return seen;
      last = JSON.stringify(seen);
    } catch (error) {
      last = String(error);
    }
    await sleep(everyMs);
  } while (Date.now() < deadline);
  throw new Error(
    `${what}: not within ${deadlineMs / 1_000} s; last seen: ${last.slice(0, 2_000)}`,
  );
}
