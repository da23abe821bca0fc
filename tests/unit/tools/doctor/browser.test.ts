import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { browser } from "../../../../tools/doctor/checks/browser";
import { examined, NO_END } from "../../../support/examined";
import { devSettings } from "../../../support/fixtures";

const ORIGIN = "http://127.0.0.1:8080";
let server: Server;
let loki: number;

beforeEach(async () => {
  server = createServer((request, response) => {
    const isKnown = request.headers.origin === ORIGIN && request.method === "OPTIONS";
    const isThere = request.url === "/loki/api/v1/push";
    response.writeHead(
      isThere ? 204 : 404,
      isKnown ? { "Access-Control-Allow-Origin": ORIGIN } : {},
    );
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  loki = (server.address() as AddressInfo).port;
});

afterEach(() => {
  server.close();
});

const found = (origins: readonly string[], enabled = true) =>
  browser.run(
    examined(devSettings({ browser: { enabled, plainHttp: true, origins }, publish: { loki } })),
    NO_END,
  );

test("an origin that the route names is fine; another one is a problem", async () => {
  const url = `http://127.0.0.1:${loki}/loki/api/v1/push`;
  expect(await found([ORIGIN, "http://other.test"])).toEqual([
    { state: "fine", subject: "sightline:browser", says: `${url} takes reports of ${ORIGIN}` },
    {
      state: "problem",
      subject: "sightline:browser.origins",
      says: `must let browsers on http://other.test report to ${url}; got status 204, for no origin`,
      fix: "pulumi up --stack dev puts the settings into force; if it is done, something else answers there",
    },
  ]);
});

test("a route that is not there is unknown, with why", async () => {
  server.close();
  await once(server, "close");
  expect(await found([ORIGIN])).toEqual([
    {
      state: "unknown",
      subject: "sightline:browser",
      says: `http://127.0.0.1:${loki}/loki/api/v1/push does not answer this machine: connect ECONNREFUSED 127.0.0.1:${loki}`,
      fix: "deploy it with pulumi up, or ask from where browsers are",
    },
  ]);
});

test("where browsers do not report, nobody is asked", async () => {
  expect((await found([ORIGIN], false))[0]?.state).toBe("unneeded");
});
