import { createHash } from "node:crypto";

import { browserScript, loggerScript } from "../../configs/browser/logger";
import { PLAIN_PORTS } from "../../configs/gateway/plain-servers";
import { ownPages } from "../../configs/outside-watch/page";
import { lastSetup } from "../../tools/setup/setup";
import { ONE_OF_EACH, pushBody } from "../support/browser-client";
import { BrowserLab, GATEWAY, ORIGIN, report } from "../support/browser-lab";
import { browserSettings } from "../support/fixtures";
import { judge } from "../support/live-queries";
import { nginxCommand } from "../support/nginx-pages";
import { allQueries } from "../support/queries";
import { Answers } from "../support/query-answers";
import { quiet } from "../support/quiet";
import { waitFor } from "../support/wait";

/** Ways in for browsers alone, in a real nginx: an address of their own, and plain HTTP. */
const MINUTE = 60_000;
jest.setTimeout(2 * MINUTE);

const settings = browserSettings({ address: "203.0.113.7", plainHttp: true });

let lab: BrowserLab;

beforeAll(async () => {
  lab = await BrowserLab.create("browser-ways", settings);
  await startGrafana();
}, 2 * MINUTE);

afterAll(() => lab.remove(), MINUTE);

/** Stands for Grafana, and tells what it was asked for. */
const GRAFANA = "server { listen 3000; location / { return 200 '$http_host $request_uri'; } }";

async function startGrafana(): Promise<void> {
  const { websiteImages } = await lastSetup();
  const place = ["--label", `sightline.lab=${lab.logs.name}`, "--network", lab.logs.name];
  const names = ["--name", `${lab.logs.name}-grafana`, "--network-alias", "grafana"];
  await quiet`docker run --detach ${place} ${names} ${websiteImages.nginx} ${nginxCommand(GRAFANA)}`;
}

const at = async (port: number) => `http://${await lab.logs.addressOf(GATEWAY)}:${port}`;

test("an address of their own leads to one of several servers, which has nothing else", async () => {
  const body = report({ message: "at the public address" });
  expect(await lab.ask({ origin: ORIGIN, body }, "browsers")).toMatchObject({ status: 204 });
  await lab.entryWith("at the public address");
  const script = await lab.ask({ method: "GET", path: "/logger.js" }, "browsers");
  // As whoever watches from outside expects where the gateway itself is out of reach.
  const watched = ownPages(settings).find(({ url }) => url.endsWith("/logger.js"));
  expect(script.status).toBe(watched?.status);
  expect(script.body).toBe(loggerScript(settings));
  for (const path of ["/", "/loki/api/v1/push", "/api/v1/write", "/grafana/", "/prometheus/"]) {
    expect([path, (await lab.ask({ path, body }, "browsers")).status]).toEqual([path, 404]);
  }
  expect((await lab.ask({ origin: ORIGIN, body })).status).toBe(404);
  expect((await lab.ask({ method: "GET", path: "/logger.js" })).status).toBe(404);
});

test("what is said of one listener's certificate holds for the other's", async () => {
  const serials = async () => Promise.all([lab.serial("gateway"), lab.serial("browsers")]);
  const before = await serials();
  await lab.changeCertificate();
  const after = await waitFor(
    { what: "both show another certificate", deadlineMs: 20_000, everyMs: 200 },
    serials,
    (shown) => shown.every((serial) => !before.includes(serial)),
  );
  expect([new Set(before).size, new Set(after).size]).toEqual([1, 1]);
});

test("plain HTTP is on Grafana's port and Loki's: the script there, reports here", async () => {
  const script = await fetch(`${await at(PLAIN_PORTS.script)}/logger.js`);
  const { integrity } = browserScript(settings) ?? {};
  const text = await script.text();
  expect(text).toContain('"url":"http://127.0.0.1:3100/loki/api/v1/push"');
  expect(`sha384-${createHash("sha384").update(text).digest("base64")}`).not.toBe(integrity);
  const push = `${await at(PLAIN_PORTS.push)}/loki/api/v1/push`;
  const send = async (origin: string, word: string) =>
    fetch(push, {
      method: "POST",
      headers: { Origin: origin, "Content-Type": "text/plain" },
      body: report({ message: word }),
    });
  const answer = await send(ORIGIN, "in plain HTTP");
  expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([204, ORIGIN]);
  await lab.entryWith("in plain HTTP");
  expect((await send("https://evil.test", "never stored")).status).toBe(403);
  for (const path of ["/", "/ready", "/loki/api/v1/query?query=x", "/logger.js"]) {
    expect([path, (await fetch(new URL(path, push))).status]).toEqual([path, 404]);
  }
});

test("either brings what every panel about browsers shows", async () => {
  const events = ONE_OF_EACH.map((event) => JSON.stringify({ path: "/panels", ...event }));
  expect((await lab.ask({ origin: ORIGIN, body: pushBody(events) }, "browsers")).status).toBe(204);
  await waitFor(
    { what: "one report of each kind", deadlineMs: 30_000, everyMs: 250 },
    () => lab.entriesWith("/panels"),
    ({ length }) => length === ONE_OF_EACH.length,
  );
  const loki = lab.logs.store.origin;
  const range = { fromMs: Date.now() - 5 * MINUTE, toMs: Date.now() };
  const answers = new Answers({ prometheus: "", loki }, range);
  const shown = allQueries(settings).filter(
    ({ needsBrowser, role }) => needsBrowser && role !== "rule",
  );
  expect(shown.length).toBeGreaterThan(15);
  const judged = await Promise.all(shown.map((query) => judge(answers, query)));
  const problems = judged.flatMap(({ query, problems: all }) => all.map((one) => [query.key, one]));
  expect(problems).toEqual([]);
});

test("Grafana's pages stay where they were", async () => {
  const grafana = await at(PLAIN_PORTS.script);
  const answer = await fetch(`${grafana}/d/uptime?from=now-1h`);
  expect(await answer.text()).toBe(`${new URL(grafana).host} /d/uptime?from=now-1h`);
});
