/** Nanoseconds and a line, as Loki takes them. */
type Entry = [time: string, line: string];

interface Batch {
  readonly entries: Entry[];
  readonly body: string;
}

const GATHER_MS = 1_000;
const TIMEOUT_MS = 2_000;
const MOST_FAILURES = 3;
/** The door takes 16 KB. */
const MOST_BYTES = 15_000;

let target = "";
let waiting: Entry[] = [];
let failures = 0;
let isPlanned = false;

/** Says where to send. */
export function sendTo(url: string): void {
  target = url;
}

/** Sends in batches. After three failures in a row it gives up, and the console has it instead. */
export function send(entry: Entry): void {
  if (failures < MOST_FAILURES) {
    waiting.push(entry);
    plan();
  } else say(entry);
}

/** Sends at once what is waiting, because the page goes away. */
export function leave(): void {
  while (waiting.length > 0) {
    const { entries, body } = take();
    if (!navigator.sendBeacon(target, body)) {
      waiting = entries.concat(waiting);
      return;
    }
  }
}

function take(): Batch {
  const textOf = (values: Entry[]) =>
    JSON.stringify({ streams: [{ stream: { app: "frontend" }, values }] });
  let count = waiting.length;
  while (count > 1 && new Blob([textOf(waiting.slice(0, count))]).size > MOST_BYTES) count--;
  const entries = waiting.splice(0, count);
  return { entries, body: textOf(entries) };
}

function plan(): void {
  if (isPlanned || waiting.length === 0) return;
  isPlanned = true;
  setTimeout(() => void post(), GATHER_MS * 4 ** failures);
}

async function post(): Promise<void> {
  let left: Entry[] = [];
  try {
    if (waiting.length > 0) {
      const { entries, body } = take();
      left = entries;
      if (await isTaken(body)) {
        left = [];
        failures = 0;
      } else failures++;
    }
  } catch {
    failures++;
  }
  waiting = left.concat(waiting);
  if (failures >= MOST_FAILURES) waiting.splice(0).forEach(say);
  isPlanned = false;
  plan();
}

/** @throws where nobody answers in time */
async function isTaken(body: string): Promise<boolean> {
  const stop = new AbortController();
  setTimeout(() => {
    stop.abort();
  }, TIMEOUT_MS);
  // A text asks no leave of the door beforehand, which would be one more request.
  const { ok } = await fetch(target, {
    method: "POST",
    body,
    credentials: "omit",
    keepalive: true,
    signal: stop.signal,
  });
  return ok;
}

/** For whoever looks for what is not sent. */
function say([, line]: Entry): void {
  try {
    console.info("sightline", line);
  } catch {
    // Not even that.
  }
}
