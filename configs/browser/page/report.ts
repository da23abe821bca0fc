/** What a report says besides its type and its page. Fields without a value are left out. */
export type Fields = Readonly<Record<string, string | number | undefined>>;

/** Takes an event, or nothing more where the page has told enough. */
export type Report = (type: string, fields: Fields, spare?: number) => void;

/** Kept for the two reports that say how fast the page was, however many errors there are. */
const FOR_TIMES = 2;

/** Runs what must not disturb the page. */
export function quietly<Value>(action: (value: Value) => void): (value: Value) => void {
  return (value) => {
    try {
      action(value);
    } catch {
      // The page matters, not we.
    }
  };
}

/** A text within bounds. Addresses in it lose their queries and fragments, which may be secret. */
export function clean(text: unknown, most: number): string | undefined {
  if (typeof text !== "string" || text === "") return undefined;
  return text
    .slice(0, 4 * most)
    .replace(/(\w:\/\/[^\s?#'")]*)[?#][^\s'")]*?(?=:\d+(:\d+)?\b|[\s'")]|$)/g, "$1")
    .slice(0, most);
}

/**
 * @param most reports of this page
 * @param send takes the time in nanoseconds and a line
 */
export function reporter(most: number, send: (entry: [string, string]) => void): Report {
  const line = document.querySelector<HTMLElement>("[data-sightline]");
  const release = clean(line?.dataset.release, 100);
  let left = most;
  return (type, fields, spare = FOR_TIMES) => {
    if (left <= spare) return;
    left--;
    const now = Math.round(performance.timeOrigin + performance.now());
    const event = { type, path: clean(location.pathname, 200), release };
    send([`${now}000000`, JSON.stringify(Object.assign(event, fields))]);
  };
}
