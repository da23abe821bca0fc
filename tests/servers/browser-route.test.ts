import { createHash } from "node:crypto";

import { browserScript } from "../../configs/browser/logger";
import { alloySpec } from "../../configs/services/alloy";
import { gatewaySpec } from "../../configs/services/gateway";
import { promtailSpec } from "../../configs/services/promtail";
import { pushBody } from "../support/browser-client";
import { BrowserLab, event, GATEWAY, ORIGIN, report, settingsOf } from "../support/browser-lab";
import { browserSettings } from "../support/fixtures";
import { LINKS } from "../support/render-stack";
import { waitFor } from "../support/wait";

/** What the site's pages send, by a real nginx and real agents into a real Loki. */
const MINUTE = 60_000;
jest.setTimeout(2 * MINUTE);

let lab: BrowserLab;

beforeAll(async () => {
  lab = await BrowserLab.create("browser-route");
}, 2 * MINUTE);

afterAll(() => lab.remove(), MINUTE);

describe("the script", () => {
  it("is served to any page, for a while, and is the one that the page's line names", async () => {
    const { status, headers, body } = await lab.ask({ method: "GET", path: "/logger.js" });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=300",
      "access-control-allow-origin": "*",
      "x-content-type-options": "nosniff",
    });
    const hash = createHash("sha384").update(body).digest("base64");
    expect(browserScript(settingsOf("promtail"))?.integrity).toBe(`sha384-${hash}`);
  });

  it("is made smaller on its way", async () => {
    const headers = { "Accept-Encoding": "gzip" };
    const answer = await lab.ask({ method: "GET", path: "/logger.js", headers });
    expect(answer.headers["content-encoding"]).toBe("gzip");
  });
});

describe("a report", () => {
  it("of the site's page is taken, and has our labels, fields and time", async () => {
    const own = { job: "nginx", host: "elsewhere", level: "critical", team: "red" };
    const line = event({ message: "no drawer", load_ms: 12, ttfb_ms: "many", release: "1.4.2" });
    const answer = await lab.ask({ origin: ORIGIN, body: pushBody([line], own, "1") });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({ "access-control-allow-origin": ORIGIN, vary: "Origin" });
    const entry = await lab.entryWith("no drawer");
    expect(entry).toMatchObject({
      line,
      labels: {
        app: "frontend",
        env: "prod",
        host: "app",
        job: "frontend",
        level: "error",
        log_type: "browser",
        service: "frontend",
      },
      fields: {
        type: "error",
        path: "/tasks",
        message: "no drawer",
        load_ms: "12",
        release: "1.4.2",
      },
    });
    expect(Object.keys(entry?.labels ?? {})).toHaveLength(7);
    expect(entry?.fields).not.toHaveProperty("ttfb_ms");
    expect(Math.abs(Date.parse(entry?.time ?? "") - Date.now())).toBeLessThan(MINUTE);
  });

  it("in the very form of the first wish is taken", async () => {
    const body = `{"streams":[{"stream":{"app":"frontend"},"values":[["${Date.now()}000000","plain words"]]}]}`;
    expect(await lab.ask({ origin: ORIGIN, body })).toMatchObject({ status: 204 });
    expect(await lab.entryWith("plain words")).toMatchObject({ labels: { log_type: "other" } });
  });

  it("cannot paint a terminal, nor give away a secret", async () => {
    const line = 'painted \u001b[31mred\u0007 token=abcdef {"a":1}';
    expect(await lab.ask({ origin: ORIGIN, body: pushBody([line]) })).toMatchObject({
      status: 204,
    });
    expect(await lab.entryWith("painted")).toMatchObject({
      line: 'painted  [31mred  token=*** {"a":1}',
    });
  });

  it("that a filter throws away is taken, and not kept", async () => {
    const lines = ["ResizeObserver loop limit", "beside it"].map((message) => event({ message }));
    expect(await lab.ask({ origin: ORIGIN, body: pushBody(lines) })).toMatchObject({ status: 204 });
    await lab.entryWith("beside it");
    expect(await lab.entriesWith("ResizeObserver")).toEqual([]);
  });

  it("asks for leave as browsers do, and gets it for one origin", async () => {
    const { status, headers } = await lab.ask({ method: "OPTIONS", origin: ORIGIN });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "Content-Type",
      vary: "Origin",
    });
    expect(headers).not.toHaveProperty("access-control-allow-credentials");
  });
});

describe("the agent", () => {
  it("takes reports on after it has read its configuration anew", async () => {
    const address = await lab.logs.addressOf("promtail");
    const files = (drop: string) => {
      const filters = [{ source: "*", drop }];
      const changed = browserSettings({}, { logs: { agent: "promtail", filters } });
      return promtailSpec(changed, "monitoring").configuration?.files(LINKS) ?? {};
    };
    for (const message of ["reloaded once", "reloaded twice"]) {
      await lab.logs.replace("config", "promtail", files(`not ${message}`));
      const { status } = await fetch(`http://${address}:9080/reload`, { method: "POST" });
      expect(status).toBe(200);
      await waitFor(
        { what: "the report is taken", deadlineMs: 20_000, everyMs: 250 },
        () => lab.ask({ origin: ORIGIN, body: report({ message }) }),
        ({ status: code }) => code === 204,
      );
      await lab.entryWith(message);
    }
  });

  it("may be Alloy, which makes the same of a report", async () => {
    await lab.logs.docker("kill", "promtail");
    await lab.logs.start(alloySpec(settingsOf("alloy"), "monitoring"), "alloy");
    const spec = gatewaySpec(settingsOf("alloy"));
    await lab.logs.replace("config", GATEWAY, spec.configuration?.files(LINKS) ?? {});
    const own = { job: "nginx", team: "red" };
    const line = event({ type: "load", load_ms: 813, cls: 0.0123, ttfb_ms: {} });
    await waitFor(
      { what: "the report is taken", deadlineMs: 30_000, everyMs: 500 },
      () => lab.ask({ origin: ORIGIN, body: pushBody([line], own) }),
      ({ status }) => status === 204,
    );
    const entry = await lab.entryWith("813");
    expect(entry?.labels).toEqual({
      app: "frontend",
      env: "prod",
      host: "app",
      job: "frontend",
      level: "info",
      log_type: "browser",
      service: "frontend",
    });
    expect(entry?.fields).toMatchObject({
      type: "load",
      path: "/tasks",
      load_ms: "813",
      cls: "0.0123",
    });
    expect(entry?.fields).not.toHaveProperty("ttfb_ms");
  });
});
