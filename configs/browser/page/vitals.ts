import { quietly, type Report } from "./report";

interface Shift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
}

interface Interaction extends PerformanceEntry {
  readonly interactionId?: number;
}

/**
 * Tells of what Google calls the core web vitals, where the browser knows them: once, when the page is
 * left for the first time, because they change until then.
 */
export function watchVitals(report: Report): void {
  let lcp: number | undefined;
  let inp: number | undefined;
  let cls: number | undefined;

  observe("largest-contentful-paint", ({ startTime }) => {
    lcp = Math.round(startTime);
  });
  observe("event", (entry) => {
    const { interactionId, duration } = entry as Interaction;
    if (interactionId) inp = Math.max(inp || 0, Math.round(duration));
  });
  // The worst run of shifts that follow each other within a second, and last five at most.
  let run = 0;
  let first = 0;
  let last = 0;
  const knowsShifts = observe("layout-shift", (entry) => {
    const { startTime, value, hadRecentInput } = entry as Shift;
    if (hadRecentInput) return;
    if (startTime - last > 1_000 || startTime - first > 5_000) {
      run = 0;
      first = startTime;
    }
    last = startTime;
    run += value;
    cls = Math.max(cls || 0, Math.round(run * 1e4) / 1e4);
  });
  if (knowsShifts) cls = 0;

  let isTold = false;
  addEventListener(
    "visibilitychange",
    quietly(() => {
      if (isTold || !document.hidden) return;
      isTold = true;
      report("vitals", { lcp_ms: lcp, inp_ms: inp, cls }, 0);
    }),
  );
}

/** @returns whether the browser knows such entries. Those of before come as well. */
function observe(type: string, see: (entry: PerformanceEntry) => void): boolean {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return false;
  const observer = new PerformanceObserver((list) => {
    list.getEntries().forEach(quietly(see));
  });
  observer.observe({ type, buffered: true });
  return true;
}
