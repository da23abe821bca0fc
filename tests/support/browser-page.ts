import { createContext, runInContext } from "node:vm";

import { loggerScript } from "../../configs/browser/logger";
import type { Settings } from "../../configs/settings/settings";

/** An event that the script reports. */
export type Reported = Readonly<Record<string, string | number>>;

interface PageOptions {
  readonly settings: Settings;
  /** What a request comes to. @default it is taken */
  readonly fetch?: (signal: AbortSignal) => Promise<{ readonly ok: boolean }>;
  /** What the page has otherwise than a browser of today. @default nothing */
  readonly globals?: Readonly<Record<string, unknown>>;
  /** Things that were loaded before the script, or not. @default none */
  readonly resources?: readonly object[];
  /** What the session has kept. @default nothing */
  readonly storage?: Map<string, string>;
}

class Element {
  constructor(
    readonly tagName: string,
    readonly src: string,
  ) {}
}

/**
 * A stand-in of a page in a browser, with a clock that a test moves: for what a real one cannot be
 * made to do. The script runs in it as it is served.
 */
export class BrowserPage {
  readonly requests: { url: string; body: string }[] = [];
  readonly beacons: string[] = [];
  readonly console: unknown[][] = [];
  private readonly listeners = new Map<string, ((event: object) => void)[]>();
  private timers: { at: number; run: () => void }[] = [];
  private now = 0;
  private readonly document = {
    querySelector: () => ({ dataset: { release: "1.4.2" } }),
    readyState: "loading",
    hidden: false,
  };

  constructor(options: PageOptions) {
    runInContext(loggerScript(options.settings), createContext(this.globals(options)));
  }

  /** Tells the script of an event. @throws whatever the script throws */
  dispatch(type: string, event: object = {}): void {
    for (const listener of this.listeners.get(type) ?? []) listener(event);
  }

  hide(): void {
    this.document.hidden = true;
    this.dispatch("visibilitychange");
  }

  throwError(message: string, stack = `Error: ${message}\n at x`): void {
    this.dispatch("error", {
      target: {},
      message,
      filename: "https://www.shop.test/assets/a.js?v=1",
      lineno: 3,
      colno: 7,
      error: { stack },
    });
  }

  failImage(src: string): void {
    this.dispatch("error", { target: new Element("IMG", src) });
  }

  /** Lets time pass, and what was planned in it happen. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      await new Promise(setImmediate);
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.now = next.at;
      next.run();
    }
    this.now = end;
  }

  /** What was sent in one way or the other. */
  reported(bodies = [...this.requests.map(({ body }) => body), ...this.beacons]): Reported[] {
    return bodies.flatMap((body) => {
      const { streams } = JSON.parse(body) as {
        streams: { stream: object; values: [string, string][] }[];
      };
      return streams.flatMap(({ values }) =>
        values.map(([, line]) => JSON.parse(line) as Reported),
      );
    });
  }

  private globals({ fetch, globals, resources = [], storage = new Map() }: PageOptions): object {
    const entries: Readonly<Record<string, readonly object[]>> = {
      navigation: [{ loadEventEnd: 812.4, domContentLoadedEventEnd: 401.6, responseStart: 38.2 }],
      resource: resources,
    };
    const page: Record<string, unknown> = {
      document: this.document,
      location: { pathname: "/tasks" },
      performance: {
        timeOrigin: 1_800_000_000_000,
        now: () => this.now,
        getEntriesByType: (type: string) => entries[type] ?? [],
      },
      PerformanceObserver: { supportedEntryTypes: [] },
      Element,
      AbortController,
      Blob,
      crypto,
      console: { info: (...words: unknown[]) => this.console.push(words) },
      sessionStorage: {
        getItem: (key: string) => storage.get(key) ?? null,
        setItem: (key: string, value: string) => storage.set(key, value),
      },
      navigator: { sendBeacon: (_: string, body: string) => this.beacons.push(body) > 0 },
      addEventListener: (type: string, listener: (event: object) => void) => {
        this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
      },
      setTimeout: (run: () => void, milliseconds = 0) =>
        this.timers.push({ at: this.now + milliseconds, run }),
      fetch: (url: string, { body, signal }: { body: string; signal: AbortSignal }) => {
        this.requests.push({ url, body });
        return fetch?.(signal) ?? Promise.resolve({ ok: true });
      },
      ...globals,
    };
    return Object.assign(page, { window: page });
  }
}
