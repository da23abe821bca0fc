import { connect } from "node:tls";

import { GATEWAY_JOB } from "../../configs/rules/gateway";
import { ensureImages } from "../../tools/images/ensure-images";
import { lastSetup } from "../../tools/setup/setup";
import { AcmeAuthority } from "../support/acme-authority";
import { askGateway } from "../support/gateway-client";
import { imagesOf } from "../support/lab/images";
import { Lab } from "../support/lab/lab";
import { LabSite } from "../support/lab-site";
import { openPorts } from "../support/port-scan";
import { RemoteStack } from "../support/remote-stack";
import { waitFor } from "../support/wait";
import { describeWhenAsked } from "../support/when-asked";

/**
 * A stack whose gateway gets its certificate by itself, deployed by the engine over ssh: lego is real, and
 * so is the authority, which looks for the name in a DNS of the test's. The tests run in order.
 */
const MINUTE = 60_000;

const NAME = "door.shop.test";
const DOOR = 443;

/** A deployment of its own: minutes that not every run has. */
const whenAsked = describeWhenAsked("SIGHTLINE_DOOR_STACK", "a certificate by the engine skipped");

whenAsked("a gateway that gets its certificate by itself", () => {
  let lab: Lab;
  let site: LabSite;
  let authority: AcmeAuthority;
  let stack: RemoteStack;

  beforeAll(async () => {
    const setup = await lastSetup();
    const { acme } = await ensureImages(["acme"]);
    if (acme.unavailable !== undefined) throw new Error(acme.unavailable);
    const images = [...(await imagesOf(setup)), acme.reference];
    lab = await Lab.create({ hosts: ["monitoring", "app"], images: [...new Set(images)] });
    const { address } = lab.host("monitoring");
    authority = await AcmeAuthority.start(lab.address, address);
    for (const host of ["monitoring", "app"]) {
      const dns = `rm -f /etc/resolv.conf && echo 'nameserver ${lab.address}' >/etc/resolv.conf`;
      await lab.host(host).run(dns);
    }
    site = new LabSite(lab.host("app"), setup);
    await site.start();
    stack = await RemoteStack.create("acme", lab, {
      hosts: { monitoring: {}, app: {} },
      edits: {
        "sightline:site": {
          name: "website",
          pageUrl: `${site.url}/`,
          apiUrl: `${site.url}/api/health`,
        },
        "sightline:logs.directories": site.logDirectories,
        "sightline:images.acme": acme.reference,
        "sightline:gateway": {
          enabled: true,
          port: DOOR,
          serverName: NAME,
          certificateAuthority: authority.root,
          people: ["anna"],
          tls: { kind: "acme", email: "ops@shop.test", ...authority.settings },
        },
      },
    });
    await stack.makeCredentials();
    await stack.up();
  }, 10 * MINUTE);

  afterAll(async () => {
    // Undefined where making it failed, which then has cleaned up after itself.
    await (stack as RemoteStack | undefined)?.remove();
    await (authority as AcmeAuthority | undefined)?.remove();
    await (lab as Lab | undefined)?.remove();
  }, 5 * MINUTE);

  const place = () => ({ host: lab.host("monitoring").address, port: DOOR, servername: NAME });

  /** What Anna is answered, whose computer trusts the authority. */
  async function ask(path: string): Promise<{ status: number; body: string }> {
    const login = `anna:${await stack.secret("sightline:gatewayPasswords.anna")}`;
    return askGateway(place(), { method: "GET", path, login, tls: { ca: authority.root } });
  }

  /** Value of a series of Prometheus', through the door. */
  async function value(expression: string): Promise<string | undefined> {
    const { body } = await ask(`/prometheus/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { data } = JSON.parse(body) as { data: { result: { value: [number, string] }[] } };
    return data.result[0]?.value[1];
  }

  it("has it soon after the update, for its name, and signed by the authority", async () => {
    const start = Date.now();
    await waitFor(
      {
        what: "the gateway's page, by TLS that a visitor trusts",
        deadlineMs: MINUTE,
        everyMs: 200,
      },
      () => ask("/"),
      ({ status }) => status === 200,
    );
    console.log(`a certificate ${((Date.now() - start) / 1_000).toFixed(1)} s after the update`);
    const shown = await new Promise<string | undefined>((resolve, reject) => {
      const socket = connect({ ...place(), ca: authority.root }, () => {
        resolve(socket.getPeerCertificate().subjectaltname);
        socket.destroy();
      });
      socket.on("error", reject);
    });
    expect(shown).toBe(`DNS:${NAME}`);
  });

  it(
    "lets the app host's agent in by it, and Prometheus sees nothing wrong",
    async () => {
      await fetch(`${site.url}/?by-the-name`);
      const query = '{host="app",job="nginx"} |= "by-the-name"';
      const url = `http://loki:3100/loki/api/v1/query_range?query=${encodeURIComponent(query)}`;
      await waitFor(
        { what: "the site's line is in Loki", deadlineMs: MINUTE },
        () =>
          lab
            .host("monitoring")
            .run(`docker exec ${stack.container("prometheus")} wget -qO- "${url}"`),
        (seen) => seen.includes("GET /?by-the-name"),
      );
      await waitFor(
        { what: "Blackbox takes the certificate", deadlineMs: MINUTE },
        () => value(`probe_success{job="${GATEWAY_JOB}"}`),
        (seen) => seen === "1",
      );
      expect(await value("sightline_acme_failed_attempts")).toBe("0");
    },
    3 * MINUTE,
  );

  it(
    "shows the world its port, the authority's, and ssh",
    async () => {
      expect(await openPorts(lab.host("monitoring").address)).toEqual([22, 80, DOOR]);
    },
    2 * MINUTE,
  );

  it(
    "is left alone by a second preview, and destroy leaves nothing, nor the account",
    async () => {
      expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
      expect(await stack.leftovers("monitoring")).toContain("acme-acme-data");
      await stack.destroy();
      expect(await stack.leftovers("monitoring")).toEqual([]);
      expect(await stack.leftovers("app")).toEqual([]);
    },
    4 * MINUTE,
  );
});
