import { reasonOf } from "../lib/setup-error";

const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof CODES;
const SIGNALS = Object.keys(CODES) as readonly Signal[];

/**
 * Does work that a signal ends early, and not at once: what was stopped is started first. The process then
 * has the exit code that shells give it.
 *
 * @param what happens then, in words
 * @param work is to end soon when its signal is aborted, and may throw then
 */
export async function interruptible(
  what: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const onSignal = (signal: Signal) => {
    // npm and a terminal both send it: one wish comes several times.
    if (controller.signal.aborted) return;
    console.error(`\n${signal}: ${what} …`);
    process.exitCode = CODES[signal];
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    // That it was interrupted was said; anything else went wrong meanwhile.
    if (!isAbort(error)) console.error(reasonOf(error));
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

function isAbort(error: unknown): boolean {
  return (error as { readonly name?: unknown } | undefined)?.name === "AbortError";
}
