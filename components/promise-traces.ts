/** V8's own hook: what an error's `stack` is made by, once something has set it. */
interface Traces {
  prepareStackTrace?: ((error: Error, frames: NodeJS.CallSite[]) => unknown) | undefined;
}

/**
 * The SDK takes a stack trace of each promise, for those that never end, and has it mapped back to
 * TypeScript: a tenth of a preview. Those errors have no message, which is how they are told from what
 * somebody is to read. `PULUMI_DEBUG_PROMISE_LEAKS` is the SDK's own switch for who wants them.
 */
export function skipPromiseTraces(
  env: NodeJS.ProcessEnv = process.env,
  traces: Traces = Error,
): void {
  const mapped = traces.prepareStackTrace?.bind(Error);
  if (!mapped || env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  traces.prepareStackTrace = (error, frames) => (error.message === "" ? "" : mapped(error, frames));
}
