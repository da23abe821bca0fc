import { quietly, type Report } from "./report";

/** Tells how long the page took, as soon as it is there. */
export function watchLoad(report: Report): void {
  const tell = quietly(() => {
    const [times] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    if (!times) return;
    // A page that was made ready before somebody opened it begins when it is opened.
    const { activationStart = 0 } = times as { activationStart?: number };
    const since = (time: number) => Math.max(0, Math.round(time - activationStart));
    const fields = {
      load_ms: since(times.loadEventEnd),
      dom_content_loaded_ms: since(times.domContentLoadedEventEnd),
      ttfb_ms: since(times.responseStart),
    };
    report("load", fields, 0);
  });
  // The end of the load is known only after its event.
  const later = () => setTimeout(tell);
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
}
