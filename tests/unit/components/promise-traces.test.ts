import { skipPromiseTraces } from "../../../components/promise-traces";

/** What ts-node puts there in a real run. */
const tsNode = () => ({ prepareStackTrace: (error: Error): unknown => `mapped: ${error.message}` });

/** What `stack` of such an error is. */
const traceOf = (traces: ReturnType<typeof tsNode>, message?: string) =>
  traces.prepareStackTrace(new Error(message));

describe("stack traces", () => {
  test("are not mapped back to TypeScript for the SDK's promises, whose errors have no message", () => {
    const traces = tsNode();

    skipPromiseTraces({}, traces);

    expect(traceOf(traces)).toBe("");
  });

  test("are mapped for errors that somebody reads", () => {
    const traces = tsNode();

    skipPromiseTraces({}, traces);

    expect(traceOf(traces, "no such host")).toBe("mapped: no such host");
  });

  test("are all mapped where the SDK is asked to tell of promises that never end", () => {
    const traces = tsNode();

    skipPromiseTraces({ PULUMI_DEBUG_PROMISE_LEAKS: "1" }, traces);

    expect(traceOf(traces)).toBe("mapped: ");
  });

  test("stay Node.js' own where nothing maps them", () => {
    const traces = {};

    skipPromiseTraces({}, traces);

    expect(traces).toEqual({});
  });
});
