import { setMaxListeners } from "node:events";

import { reasonOf } from "../lib/setup-error";
import { CannotAsk } from "./cannot-ask";
import type { Check, Examined } from "./check";
import { type Finding, unknown } from "./finding";

/** A finding, and the check that made it. */
export interface Result extends Finding {
  readonly check: string;
}

/** How often is said what is still waited for. */
const PROGRESS_MS = 3_000;

/**
 * Makes all checks side by side, each within its limit.
 *
 * @param report takes a line about what is still waited for
 * @returns sorted by check and subject, whoever was first
 */
export async function runChecks(
  checks: readonly Check[],
  examined: Examined,
  report: (line: string) => void,
): Promise<readonly Result[]> {
  const waitedFor = new Set(checks.map(({ name }) => name));
  const progress = setInterval(() => {
    report(`waiting for ${[...waitedFor].sort().join(", ")} …`);
  }, PROGRESS_MS);
  try {
    const results = await Promise.all(
      checks.map(async (check) => {
        const findings = await withinLimit(check, examined);
        waitedFor.delete(check.name);
        return findings.map((finding): Result => ({ check: check.name, ...finding }));
      }),
    );
    return sorted(results.flat());
  } finally {
    clearInterval(progress);
  }
}

async function withinLimit(check: Check, examined: Examined): Promise<readonly Finding[]> {
  const { name, limitSeconds } = check;
  const abort = new AbortController();
  // A check asks as many as there are hosts and containers.
  setMaxListeners(0, abort.signal);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => {
      const fix = "run it again; if it stays so, ask for this by hand";
      resolve([unknown(name, `no answer within ${limitSeconds} s`, fix)]);
    }, limitSeconds * 1000);
  });
  try {
    return await Promise.race([check.run(examined, abort.signal), limit]);
  } catch (error) {
    const [first = ""] = reasonOf(error).split("\n");
    if (error instanceof CannotAsk) return [unknown(name, first, error.fix)];
    return [unknown(name, `could not be asked: ${first}`, "see to that, and run it again")];
  } finally {
    clearTimeout(timer);
    // Whatever was begun for this check ends with it.
    abort.abort();
  }
}

/** By check, subject and what is said. */
export function sorted(results: readonly Result[]): readonly Result[] {
  const keyed = results.map((result) => {
    const { check, subject, says } = result;
    return [[check, subject, says].join("\n"), result] as const;
  });
  return keyed.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, result]) => result);
}
