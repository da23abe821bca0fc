/**
 * Runs in people's browsers, on a page that is not ours: it never throws, never waits, and is silent
 * where nobody listens. `npm run logger` makes the text of it that is served.
 */
import { watchErrors } from "./errors";
import { watchLoad } from "./load";
import { quietly, reporter } from "./report";
import { leave, send, sendTo } from "./sending";
import { watchVitals } from "./vitals";

/** Put in front of this script when it is served. */
declare const OPTIONS: {
  /** Where it reports. */
  readonly url: string;
  /** Share of sessions that report, from 0 to 1. */
  readonly share: number;
  /** The most that one page reports. */
  readonly most: number;
};

const MARK = "sightline";

/** Whether this session is one of those that report: one answer for all of its pages. */
function isChosen(): boolean {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  const chosen = number < OPTIONS.share * 2 ** 32;
  try {
    const before = sessionStorage.getItem(MARK);
    if (before) return before === "1";
    sessionStorage.setItem(MARK, chosen ? "1" : "0");
  } catch {
    // No storage is allowed here: each page decides for itself.
  }
  return chosen;
}

quietly((page: Record<string, unknown>) => {
  // The line may be in the page twice.
  if (page[MARK] || !isChosen()) return;
  page[MARK] = true;
  sendTo(OPTIONS.url);
  const report = reporter(OPTIONS.most, send);
  [watchErrors, watchLoad, watchVitals].forEach((watch) => {
    quietly(watch)(report);
  });
  // After the vitals, which are told at the same moment.
  const leaving = quietly(() => {
    if (document.hidden) leave();
  });
  addEventListener("visibilitychange", leaving);
  addEventListener("pagehide", leaving);
})(window as unknown as Record<string, unknown>);
