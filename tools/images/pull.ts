import { $ } from "zx";

import { elapsed } from "../lib/duration";
import type { Report } from "../lib/progress";
import { imageExists } from "./docker-images";
import { registryOf } from "./official";

/** A registry that can be reached says its first word within this time. */
const FIRST_WORD_MS = 20_000;
/** The largest image on a slow line. */
const WHOLE_PULL = "15m";

/** Registries that could not be reached in this run: asked once, not once per image. */
const unreachable = new Map<string, string>();

/**
 * Makes sure that the local Docker has an official image.
 * @returns `undefined` when it has it, else why not, in one line.
 */
export async function pullOfficial(
  reference: string,
  onProgress?: Report,
): Promise<string | undefined> {
  if (await imageExists(reference)) return undefined;
  const registry = registryOf(reference);
  const known = unreachable.get(registry);
  if (known !== undefined) return known;
  const { reason, isUnreachable } = await pull(reference, onProgress);
  if (isUnreachable) unreachable.set(registry, reason ?? "no answer");
  return reason;
}

/** Forgets which registries could not be reached. For tests. */
export function forgetRegistries(): void {
  unreachable.clear();
}

/** A registry that answers "no" can be reached: it may have the next image. Pure. */
export function isRefusal(reason: string): boolean {
  return /not found|manifest unknown|denied|unauthorized|toomanyrequests|no matching/i.test(reason);
}

interface PullResult {
  readonly reason?: string;
  readonly isUnreachable: boolean;
}

async function pull(reference: string, onProgress?: Report): Promise<PullResult> {
  const start = Date.now();
  const seen = { firstWord: false };
  const options = { nothrow: true, quiet: true, timeout: WHOLE_PULL } as const;
  const child = $(options)`docker pull ${reference}`;
  const firstWord = setTimeout(() => void child.kill(), FIRST_WORD_MS);
  child.stdout.once("data", () => {
    seen.firstWord = true;
    clearTimeout(firstWord);
    onProgress?.(`pulling ${reference}`);
  });
  const result = await child;
  clearTimeout(firstWord);
  if (result.exitCode === 0) {
    onProgress?.(`pulled ${reference} in ${elapsed(Date.now() - start)}`);
    return { isUnreachable: false };
  }
  const silent = seen.firstWord ? "the pull did not end in time" : "no answer in time";
  const reason = result.stderr.trim().split("\n").at(-1) || silent;
  return { reason, isUnreachable: !seen.firstWord && !isRefusal(reason) };
}
