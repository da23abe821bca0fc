import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";

import { $ } from "zx";

import { tls, tlsFinding, tlsPlaces } from "../../../../tools/doctor/checks/tls";
import { makeCertificates } from "../../../../tools/gateway/certificates";
import { examined, NO_END } from "../../../support/examined";
import { devSettings, prodSettings } from "../../../support/fixtures";

const NOW = Date.parse("2026-11-27T12:00:00Z");
const DAY = 86_400_000;
const place = {
  path: "sightline:site.pageUrl",
  host: "www.shop.test",
  port: 443,
  name: "www.shop.test",
  renewal: "renew it",
};

const said = (days: number, distrust?: string) =>
  tlsFinding(devSettings(), place, { endMs: NOW + days * DAY, distrust }, NOW);

describe("what is said of a certificate", () => {
  it("is fine with enough days", () => {
    expect(said(30)).toEqual({
      state: "fine",
      subject: "sightline:site.pageUrl",
      says: "the certificate at www.shop.test:443 is good for 30 days, until 2026-12-27",
    });
  });

  it.each([
    [
      20,
      undefined,
      "needs a certificate at www.shop.test:443 for 21 days and more (alerts.TlsExpirySoon.before); got one for 20 days, until 2026-12-17",
    ],
    [
      0,
      "CERT_HAS_EXPIRED",
      "needs a certificate at www.shop.test:443 that has not ended; got an end on 2026-11-27",
    ],
    [
      30,
      "SELF_SIGNED_CERT_IN_CHAIN",
      "needs a certificate at www.shop.test:443 that is trusted as www.shop.test; got SELF_SIGNED_CERT_IN_CHAIN",
    ],
  ])("is a problem with %d days left and distrust %s", (days, distrust, says) => {
    const subject = "sightline:site.pageUrl";
    expect(said(days, distrust)).toEqual({ state: "problem", subject, says, fix: "renew it" });
  });
});

describe("who is asked", () => {
  it("is each host of an https URL once, by the first setting that names it", () => {
    expect(tlsPlaces(prodSettings()).map(({ path, host, port }) => [path, host, port])).toEqual([
      ["sightline:site.pageUrl", "www.shop.test", 443],
    ]);
  });

  it("is nobody in dev", async () => {
    expect(await tls.run(examined(devSettings()), NO_END)).toEqual([
      {
        state: "unneeded",
        subject: "tls",
        says: "no URL of the site is https, and there is no gateway",
      },
    ]);
  });
});

describe("a real listener", () => {
  let server: Server;
  afterEach(() => {
    server.close();
  });

  async function found(pair: { key: string; cert: string }) {
    server = createServer(pair).listen(0, "127.0.0.1");
    server.on("tlsClientError", () => undefined);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const url = `https://127.0.0.1:${port}/`;
    const settings = devSettings({ site: { pageUrl: url, apiUrl: `${url}api` } });
    return { port, findings: await tls.run(examined(settings), NO_END) };
  }

  it("with a certificate that ended yesterday is a problem", async () => {
    const { port, findings } = await found(await expired());
    expect(findings).toEqual([
      {
        state: "problem",
        subject: "sightline:site.pageUrl",
        says: `needs a certificate at 127.0.0.1:${port} that has not ended; got an end on ${new Date(Date.now() - DAY).toISOString().slice(0, 10)}`,
        fix: "renew it where the site's TLS ends",
      },
    ]);
  });

  it("with an authority that nobody knows is a problem", async () => {
    const { key, certificate: cert } = await makeCertificates("127.0.0.1", 90);
    const { findings } = await found({ key, cert });
    expect(findings).toEqual([
      expect.objectContaining({
        state: "problem",
        says: expect.stringContaining("got UNABLE_TO_VERIFY_LEAF_SIGNATURE") as string,
      }),
    ]);
  });

  it("that is not there is unknown, with the way to ask it from elsewhere", async () => {
    const { port } = await found(await expired());
    server.close();
    const url = `https://127.0.0.1:${port}/`;
    const settings = devSettings({ site: { pageUrl: url, apiUrl: `${url}api` } });
    expect(await tls.run(examined(settings), NO_END)).toEqual([
      {
        state: "unknown",
        subject: "sightline:site.pageUrl",
        says: `127.0.0.1:${port} shows this machine no certificate: connect ECONNREFUSED 127.0.0.1:${port}`,
        fix: `start what answers there, or ask where it is reached: openssl s_client -connect 127.0.0.1:${port} -servername 127.0.0.1`,
      },
    ]);
  });

  it("of the gateway is trusted by the authority in the settings", async () => {
    const { key, certificate, authority } = await makeCertificates("127.0.0.1", 90);
    const { port } = await found({ key, cert: certificate });
    const gateway = {
      ...{ enabled: true, address: "127.0.0.1", serverName: "127.0.0.1", port },
      ...{ certificate, certificateAuthority: authority },
    };
    const findings = await tls.run(examined(devSettings({ gateway })), NO_END);
    expect(findings).toEqual([
      expect.objectContaining({ state: "fine", subject: "sightline:gateway" }),
    ]);
  });
});

/** A certificate that ended a day ago. */
async function expired() {
  const cwd = await mkdtemp(join(tmpdir(), "sightline-expired-"));
  try {
    const run = $({ cwd, quiet: true });
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    await run`openssl req -new ${curve} -keyout key -out request -subj /CN=127.0.0.1`;
    await run`openssl x509 -req -in request -signkey key -days -1 -out cert`;
    const read = (file: string) => readFile(join(cwd, file), "utf8");
    return { key: await read("key"), cert: await read("cert") };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
