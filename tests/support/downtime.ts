import { setTimeout as sleep } from "node:timers/promises";

/** How long nobody answers while something is done, seen from outside. */
export async function downtimeOf<T>(
  answers: () => Promise<boolean>,
  work: () => Promise<T>,
): Promise<{ result: T; downMs: number }> {
  const done = new AbortController();
  let downMs = 0;
  let last = Date.now();
  const watching = (async () => {
    while (!done.signal.aborted) {
      const isUp = await answers();
      const now = Date.now();
      if (!isUp) downMs += now - last;
      last = now;
      await sleep(50);
    }
  })();
  try {
    const result = await work();
    done.abort();
    await watching;
    return { result, downMs };
  } finally {
    done.abort();
  }
}
