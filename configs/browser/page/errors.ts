import { clean, quietly, type Report } from "./report";

/** See configs/browser/line.ts. */
type Kept = Window & { readonly sightlineEvents?: readonly Event[] };

/** Tells of errors that nobody caught, and of what could not be loaded. */
export function watchErrors(report: Report): void {
  const failed = new Set<string>();
  const reportResource = (kind: string, address: string): void => {
    if (failed.has(address)) return;
    failed.add(address);
    const message = `${kind.toLowerCase()} was not loaded`;
    report("resource", { message, url: clean(address, 300) });
  };

  const onError = quietly((event: ErrorEvent) => {
    if (event.target instanceof Element) {
      const element = event.target as HTMLImageElement & HTMLLinkElement;
      reportResource(element.tagName, element.src || element.href);
      return;
    }
    const place = clean(event.filename, 300);
    report("error", {
      message: clean(event.message, 500),
      source: place && `${place}:${event.lineno}:${event.colno}`,
      stack: clean((event.error as Error | undefined)?.stack, 1_000),
    });
  });
  const onRejection = quietly((event: PromiseRejectionEvent) => {
    const reason = event.reason as Error | undefined;
    const message = clean(String(event.reason), 500);
    report("rejection", { message, stack: clean(reason?.stack, 1_000) });
  });

  // What the page's line has kept until this script was there.
  for (const event of (window as Kept).sightlineEvents ?? []) {
    if (event.type === "error") onError(event as ErrorEvent);
    else onRejection(event as PromiseRejectionEvent);
  }
  // Elements that cannot load tell nobody above them: they are heard only on the way down.
  addEventListener("error", onError, true);
  addEventListener("unhandledrejection", onRejection);

  // What failed to load before that, where a plain tag keeps nothing.
  for (const entry of performance.getEntriesByType("resource") as PerformanceResourceTiming[]) {
    const kind = entry.initiatorType;
    if (entry.responseStatus >= 400 && /^(img|script|link|css)$/.test(kind)) {
      reportResource(kind, entry.name);
    }
  }
}
