import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Browser, Page } from "puppeteer-core";

import { browserScript } from "../../configs/browser/logger";
import { GATEWAY_FILES, tlsFile, usersFile } from "../../configs/gateway/credentials";
import { HEALTH_PATH, STATUS_PORT } from "../../configs/gateway/status-server";
import { BROWSER_PORT } from "../../configs/logs/browser";
import { gatewaySpec } from "../../configs/services/gateway";
import { promtailSpec } from "../../configs/services/promtail";
import { makeCertificates } from "../../tools/gateway/certificates";
import { chromiumPath } from "../../tools/lib/chromium";
import { startChromium } from "../support/chromium";
import { browserSettings } from "../support/fixtures";
import { LogLab } from "../support/log-lab";
import { quiet } from "../support/quiet";
import { serveSite } from "../support/site-in-lab";
import { waitFor } from "../support/wait";
import { tellSkipped } from "../support/when-asked";

/** A real Chromium opens the example site's page; gateway, agent and Loki are real. */
const MINUTE = 60_000;
jest.setTimeout(2 * MINUTE);

const SITE = "http://www.shop.test";
const FOREIGN = "http://www.other.test";
const settings = {
  ...browserSettings({ origins: [SITE] }),
  gateway: { ...browserSettings().gateway, serverName: "gateway.shop.test" },
};
const script = browserScript(settings);

const isThere = chromiumPath() !== undefined;
if (!isThere) tellSkipped("skipped: there is no Chromium. sudo apt-get install -y chromium");
const describeIf = isThere ? describe : describe.skip;

let lab: LogLab;
let folder: string;
let site: string;
let slowDoor: Server;
const browsers: Browser[] = [];
const connections = new Set<Socket>();

beforeAll(async () => {
  if (!isThere) return;
  folder = await mkdtemp(path.join(tmpdir(), "sightline-browser-"));
  const { key, certificate } = await makeCertificates("gateway.shop.test", 2);
  lab = await LogLab.create("browser");
  await lab.start(promtailSpec(settings, "monitoring"), "promtail");
  await lab.start(gatewaySpec(settings), "gateway", {
    secrets: {
      [GATEWAY_FILES.users]: usersFile("fixture-agent-secret-of-32-characters-or-more", []),
      [GATEWAY_FILES.tls]: tlsFile(key, certificate),
    },
  });
  site = await serveSite(lab, folder, script?.tag ?? "");
  // Takes connections, and never says a word.
  slowDoor = createServer((socket) => connections.add(socket)).listen(0, "127.0.0.1");
  await once(slowDoor, "listening");
  await lab.ready({
    gateway: `${STATUS_PORT}${HEALTH_PATH}`,
    promtail: `${BROWSER_PORT}/ready`,
  });
}, 2 * MINUTE);

afterAll(async () => {
  if (!isThere) return;
  await Promise.all(browsers.map((browser) => browser.close()));
  for (const socket of connections) socket.destroy();
  slowDoor.close();
  await lab.remove();
  await rm(folder, { recursive: true, force: true });
}, MINUTE);

/** A Chromium that finds the site, and the gateway or something else in its place. */
async function chromium(door: string): Promise<Browser> {
  const browser = await startChromium({
    "www.shop.test:80": `${site}:80`,
    "www.other.test:80": `${site}:80`,
    "gateway.shop.test:8443": door,
  });
  browsers.push(browser);
  return browser;
}

const realDoor = async () => chromium(`${await lab.addressOf("gateway")}:8443`);

interface Visit {
  readonly page: Page;
  /** Exceptions that nobody caught. */
  readonly exceptions: string[];
  /** What was asked of the gateway. */
  readonly asked: string[];
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await browser.newPage();
  const [exceptions, asked]: [string[], string[]] = [[], []];
  page.on("pageerror", (error) => exceptions.push(String(error)));
  page.on("request", (request) => {
    if (request.url().includes("gateway.")) asked.push(`${request.method()} ${request.url()}`);
  });
  await page.goto(url, { waitUntil: "domcontentloaded" });
  return { page, exceptions, asked };
}

/** What browsers have reported of a kind. */
async function entriesOf(type: string, word: string) {
  const from = new Date(Date.now() - 5 * MINUTE).toISOString();
  const to = new Date(Date.now() + MINUTE).toISOString();
  return lab.entries(`{app="frontend"} | type="${type}" |= "${word}"`, from, to);
}

/** The same, within ten seconds. */
const reported = (type: string, word: string) =>
  waitFor(
    { what: `a report of ${type} with ${word}`, deadlineMs: 10_000, everyMs: 250 },
    () => entriesOf(type, word),
    (entries) => entries.length > 0,
  );

/**
 * Visits until a report has come all the way. The script gives a report up that the gateway has not
 * taken within two seconds, and the first visit of a Chromium that is just starting can be as slow.
 */
async function warmUp(browser: Browser): Promise<void> {
  await waitFor(
    { what: "the first report of a new Chromium", deadlineMs: MINUTE },
    async () => {
      const { page } = await visit(browser, `${SITE}/warm-up`);
      await sleep(1_000);
      await page.close();
      return entriesOf("load", "/warm-up");
    },
    (entries) => entries.length > 0,
  );
}

/** Runs a script in the page itself, as a line of its own would. */
const runIn = (page: Page, content: string) => page.addScriptTag({ content });

describeIf("a page of the site", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await realDoor();
    await warmUp(browser);
  }, 2 * MINUTE);

  it("tells how long it took to load", async () => {
    const { page } = await visit(browser, `${SITE}/timed?token=secret`);
    const [entry] = await reported("load", "/timed");
    const times = (await page.evaluate(
      `(({ loadEventEnd, domContentLoadedEventEnd, responseStart }) =>
        [loadEventEnd, domContentLoadedEventEnd, responseStart].map(Math.round))(
        performance.getEntriesByType("navigation")[0])`,
    )) as number[];
    expect(entry?.fields).toMatchObject({
      path: "/timed",
      load_ms: String(times[0]),
      dom_content_loaded_ms: String(times[1]),
      ttfb_ms: String(times[2]),
    });
    expect(entry?.labels).toMatchObject({ job: "frontend", log_type: "browser", level: "info" });
    expect(entry?.line).not.toContain("secret");
    await page.close();
  });

  it("tells of an error that nobody caught, which the site throws on request", async () => {
    const { page } = await visit(browser, `${SITE}/broken?jserror`);
    const [entry] = await reported("error", "/broken");
    expect(entry?.fields).toMatchObject({
      message: "Uncaught TypeError: Cannot read properties of undefined (reading 'open')",
      source: expect.stringMatching(
        /^http:\/\/www\.shop\.test\/assets\/[\w-]+\.js:\d+:\d+$/,
      ) as string,
    });
    expect(entry?.labels).toMatchObject({ level: "error" });
    expect((JSON.parse(entry?.line ?? "{}") as { stack: string }).stack).toContain("TypeError");
    await page.close();
  });

  it("tells of a promise that nobody caught", async () => {
    const { page } = await visit(browser, `${SITE}/promised`);
    await page.waitForFunction("window.sightline");
    await runIn(page, "Promise.reject(new RangeError('no stock'))");
    const [entry] = await reported("rejection", "/promised");
    expect(entry?.fields).toMatchObject({ message: "RangeError: no stock" });
    await page.close();
  });

  it("tells of an image that is not there, whenever that was", async () => {
    const { page } = await visit(browser, `${SITE}/pictured`);
    await page.waitForFunction("window.sightline");
    await runIn(
      page,
      "document.body.append(Object.assign(new Image(), { src: '/assets/gone.png?a=b' }))",
    );
    const [entry] = await reported("resource", "gone.png");
    expect(entry?.fields).toMatchObject({
      message: "img was not loaded",
      url: `${SITE}/assets/gone.png`,
    });
    await page.close();
  });

  it("tells its vitals when it is left", async () => {
    const { page } = await visit(browser, `${SITE}/left`);
    await page.waitForFunction("window.sightline");
    await page.goto("about:blank");
    const [entry] = await reported("vitals", "/left");
    expect(Number(entry?.fields.lcp_ms)).toBeGreaterThan(0);
    expect(Number(entry?.fields.cls)).toBeGreaterThanOrEqual(0);
    await page.close();
  });

  it("of another origin is not heard", async () => {
    const { page, exceptions } = await visit(browser, `${FOREIGN}/foreign`);
    await waitFor(
      { what: "a refused report", deadlineMs: 30_000, everyMs: 100 },
      () => quiet`docker logs ${`${lab.name}-gateway`}`,
      (log) => log.includes('"POST /browser/loki/api/v1/push" 403'),
    );
    expect(exceptions).toEqual([]);
    const from = new Date(Date.now() - 5 * MINUTE).toISOString();
    const to = new Date(Date.now() + MINUTE).toISOString();
    expect(await lab.entries('{app="frontend"} |= "/foreign"', from, to)).toEqual([]);
    await page.close();
  });

  it("does not run another script than the one that its line names", async () => {
    const changed =
      gatewaySpec(settings).configuration?.files({ lokiPushUrl: "", logBucket: "" }) ?? {};
    await lab.replace("config", "gateway", { ...changed, "logger.js": "window.evil = true;" });
    const { page, exceptions } = await visit(browser, `${SITE}/changed`);
    await page.waitForFunction("document.readyState === 'complete'");
    expect(await page.evaluate("[window.evil, window.sightline]")).toEqual([null, null]);
    expect(exceptions).toEqual([]);
    await lab.replace("config", "gateway", changed);
    await page.close();
  });
});

describeIf("a door that is", () => {
  /** Milliseconds until a page can be used, is painted, and is loaded as a whole. */
  async function times(browser: Browser, url: string): Promise<readonly number[]> {
    const { page, exceptions } = await visit(browser, url);
    await page.waitForSelector("#problem:not([hidden])");
    await page.waitForFunction(
      `performance.getEntriesByType("navigation")[0].loadEventEnd > 0 &&
        performance.getEntriesByName("first-contentful-paint").length > 0`,
    );
    const seen = await page.evaluate(
      `[performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
        performance.getEntriesByName("first-contentful-paint")[0].startTime,
        performance.getEntriesByType("navigation")[0].loadEventEnd]`,
    );
    expect(exceptions).toEqual([]);
    await page.close();
    return seen as number[];
  }

  /** The least of each time: what else the machine does only adds to it. */
  const least = (visits: readonly (readonly number[])[]) =>
    [0, 1, 2].map((index) => Math.min(...visits.map((seen) => seen[index] ?? 0)));

  it.each([
    ["shut", () => "127.0.0.1:1"],
    ["slow", () => `127.0.0.1:${(slowDoor.address() as AddressInfo).port}`],
  ])("%s costs the page no exception, and less than 50 ms", async (_, door) => {
    const browser = await chromium(door());
    const [withLine, plain]: [(readonly number[])[], (readonly number[])[]] = [[], []];
    await times(browser, `${SITE}/plain.html`);
    for (let turn = 0; turn < 6; turn++) {
      withLine.push(await times(browser, `${SITE}/`));
      plain.push(await times(browser, `${SITE}/plain.html`));
    }
    const without = least(plain);
    for (const [index, time] of least(withLine).entries()) {
      expect(time - (without[index] ?? 0)).toBeLessThan(50);
    }
  });
});
