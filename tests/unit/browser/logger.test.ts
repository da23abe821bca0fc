import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { loggerScript } from "../../../configs/browser/logger";
import { LOGGER_TEXT_FILE, loggerTextFile } from "../../../tools/browser/logger-text";
import { BrowserPage } from "../../support/browser-page";
import { browserSettings } from "../../support/fixtures";

const settings = browserSettings({ eventsPerPage: 6 });
const down = () => Promise.reject(new Error("no route"));
const slow = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("aborted"));
    });
  });

describe("the script's text", () => {
  it("is what `npm run logger` makes of its source", async () => {
    expect(readFileSync(LOGGER_TEXT_FILE, "utf8")).toBe(await loggerTextFile());
  });

  it("is smaller than 2 KB on its way", () => {
    expect(gzipSync(loggerScript(settings)).length).toBeLessThan(2_000);
  });
});

describe("a page", () => {
  it("tells its times, in Loki's form, a second after it is loaded", async () => {
    const page = new BrowserPage({ settings });
    page.dispatch("load");
    await page.pass(999);
    expect(page.requests).toEqual([]);
    await page.pass(1);
    const line =
      '{"type":"load","path":"/tasks","release":"1.4.2","load_ms":812,"dom_content_loaded_ms":402,"ttfb_ms":38}';
    expect(page.requests).toEqual([
      {
        url: "https://10.0.0.2:8443/browser/loki/api/v1/push",
        body: JSON.stringify({
          streams: [{ stream: { app: "frontend" }, values: [["1800000000000000000", line]] }],
        }),
      },
    ]);
  });

  it("tells of errors, rejections and what was not loaded, without queries and fragments", async () => {
    const page = new BrowserPage({ settings });
    page.throwError(
      "Uncaught Error: https://www.shop.test/a?token=x#y failed",
      "Error\n at f (https://www.shop.test/a.js?v=2:1:20)",
    );
    page.dispatch("unhandledrejection", { reason: new TypeError("no drawer") });
    page.dispatch("unhandledrejection", { reason: undefined });
    page.failImage("https://www.shop.test/missing.png?size=2");
    page.failImage("https://www.shop.test/missing.png?size=2");
    await page.pass(1_000);
    const common = { path: "/tasks", release: "1.4.2" };
    expect(page.reported()).toEqual([
      {
        ...common,
        type: "error",
        message: "Uncaught Error: https://www.shop.test/a failed",
        source: "https://www.shop.test/assets/a.js:3:7",
        stack: "Error\n at f (https://www.shop.test/a.js:1:20)",
      },
      {
        ...common,
        type: "rejection",
        message: "TypeError: no drawer",
        stack: expect.stringContaining("TypeError: no drawer\n") as string,
      },
      { ...common, type: "rejection", message: "undefined" },
      {
        ...common,
        type: "resource",
        message: "img was not loaded",
        url: "https://www.shop.test/missing.png",
      },
    ]);
  });

  it("tells of what failed before the script was there", async () => {
    const name = "https://www.shop.test/early.png";
    const resources = [
      { initiatorType: "img", responseStatus: 404, name },
      { initiatorType: "fetch", responseStatus: 500, name: "https://www.shop.test/api" },
      { initiatorType: "script", responseStatus: 200, name: "https://www.shop.test/a.js" },
    ];
    const page = new BrowserPage({ settings, resources });
    page.failImage(name);
    await page.pass(1_000);
    expect(page.reported().map(({ url }) => url)).toEqual([name]);
  });

  it("tells of what its line has kept until then, once", async () => {
    const sightlineEvents = [
      { type: "error", target: {}, message: "Uncaught Error: early", filename: "", lineno: 0 },
      { type: "unhandledrejection", reason: new Error("early too") },
    ];
    const page = new BrowserPage({ settings, globals: { sightlineEvents } });
    await page.pass(1_000);
    expect(page.reported()).toMatchObject([
      { type: "error", message: "Uncaught Error: early" },
      { type: "rejection", message: "Error: early too" },
    ]);
  });

  it("tells no more than it may, and keeps room for its times", async () => {
    const page = new BrowserPage({ settings });
    for (let number = 1; number <= 50; number++) page.throwError(`number ${number}`);
    page.dispatch("load");
    page.hide();
    await page.pass(60_000);
    expect(page.reported().map(({ type, message }) => message ?? type)).toEqual([
      // By a request: the end of the load is known only after the page was hidden.
      "load",
      ...["number 1", "number 2", "number 3", "number 4"],
      "vitals",
    ]);
  });

  it("sends what is waiting when it goes away", () => {
    const page = new BrowserPage({ settings });
    page.throwError("late");
    page.hide();
    expect(page.requests).toEqual([]);
    expect(page.reported(page.beacons).map(({ type }) => type)).toEqual(["error", "vitals"]);
  });

  it("keeps each request below what the door takes", async () => {
    const page = new BrowserPage({ settings });
    for (let number = 1; number <= 4; number++)
      page.throwError("€".repeat(5_000), "\\€".repeat(5_000));
    await page.pass(10_000);
    expect(page.reported()).toHaveLength(4);
    for (const { body } of page.requests) expect(Buffer.byteLength(body)).toBeLessThan(16_384);
  });
});

describe("sessions", () => {
  it("report or not as a whole", async () => {
    const storage = new Map<string, string>();
    const none = browserSettings({ sessions: "0%" });
    const first = new BrowserPage({ settings: none, storage });
    first.throwError("unseen");
    await first.pass(10_000);
    expect(first.requests).toEqual([]);
    const next = new BrowserPage({ settings, storage });
    next.throwError("unseen");
    await next.pass(10_000);
    expect(next.requests).toEqual([]);
  });

  it("that may keep nothing decide page by page", async () => {
    const sessionStorage = {
      getItem: () => {
        throw new Error("denied");
      },
    };
    const page = new BrowserPage({ settings, globals: { sessionStorage } });
    page.throwError("seen");
    await page.pass(1_000);
    expect(page.reported()).toHaveLength(1);
  });
});

describe("a door that is not there", () => {
  it("is tried three times, then the console has what was to be sent", async () => {
    const page = new BrowserPage({ settings, fetch: down });
    page.throwError("one");
    await page.pass(60_000);
    expect(page.requests).toHaveLength(3);
    page.throwError("two");
    page.hide();
    await page.pass(60_000);
    expect(page.requests).toHaveLength(3);
    expect(page.beacons).toEqual([]);
    expect(
      page.console.map(([, line]) => (JSON.parse(String(line)) as { type: string }).type),
    ).toEqual(["error", "error", "vitals"]);
  });

  it("loses nothing by one failure", async () => {
    let calls = 0;
    const page = new BrowserPage({
      settings,
      fetch: () => Promise.resolve({ ok: ++calls > 1 }),
    });
    page.throwError("one");
    await page.pass(1_500);
    page.throwError("two");
    await page.pass(5_000);
    expect(page.reported(page.requests.slice(1).map(({ body }) => body))).toMatchObject([
      { message: "one" },
      { message: "two" },
    ]);
  });

  it("or is slow, is waited for two seconds at most", async () => {
    const page = new BrowserPage({ settings, fetch: slow });
    page.throwError("one");
    // A second to gather, two to wait; then four and two, then sixteen and two.
    await page.pass(1_000 + 2_000 + 4_000 + 2_000 + 16_000 + 1_999);
    expect(page.console).toEqual([]);
    await page.pass(1);
    expect(page.console).toHaveLength(1);
    await page.pass(600_000);
    expect(page.requests).toHaveLength(3);
  });

  it.each([
    ["console", undefined],
    ["fetch", undefined],
    ["navigator", {}],
    ["PerformanceObserver", undefined],
    ["performance", undefined],
    ["crypto", undefined],
    ["AbortController", undefined],
    ["Blob", undefined],
  ])(
    "and a browser with another %s than expected cost the page no exception",
    async (name, value) => {
      const page = new BrowserPage({ settings, fetch: down, globals: { [name]: value } });
      page.dispatch("load");
      page.throwError("one");
      page.dispatch("unhandledrejection", { reason: { toString: null } });
      page.failImage("x");
      await page.pass(60_000);
      page.hide();
      page.dispatch("pagehide");
      expect(page.requests.length).toBeLessThanOrEqual(3);
    },
  );
});
