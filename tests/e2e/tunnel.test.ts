import { peerConfig } from "../../configs/wireguard/tunnel";
import { installDebianPackages } from "../../tools/docker/apt";
import { lastSetup } from "../../tools/setup/setup";
import { askAsBrowser } from "../support/browser-client";
import { imagesOf } from "../support/lab/images";
import { Lab } from "../support/lab/lab";
import { LabSite } from "../support/lab-site";
import { openPorts } from "../support/port-scan";
import { RemoteStack } from "../support/remote-stack";
import { waitFor } from "../support/wait";
import { describeWhenAsked } from "../support/when-asked";

/**
 * The engine brings the tunnel up over ssh: on the monitoring host, and on an app host that has no other
 * way to it. Browsers have an address outside; Anna comes in by the tunnel. WireGuard is the kernel's
 * where it has it, else its makers' program, which wg-quick starts in its place. The tests run in order
 * and build on each other.
 */
const MINUTE = 60_000;

const SECRET = "e2e-wireguard-secret-of-32-characters-or-more";
const [DOOR, BROWSERS] = [8443, 9443] as const;
const RUM = "rum.shop.test";
const ANNA = { anna: { address: "10.66.0.2" } };
const APP = { app: { address: "10.66.0.9" } };

/** Several deployments of a stack: minutes that not every run has. */
const whenAsked = describeWhenAsked("SIGHTLINE_DOOR_STACK", "the tunnel by the engine skipped");

/** What of a tunnel there is on a host. */
const TRACES =
  "ls -A /etc/wireguard; ip -o link | grep -o sightline; ss -Hlun 'sport = 51820'; true";

whenAsked("a tunnel", () => {
  let lab: Lab;
  let site: LabSite;
  let stack: RemoteStack;

  beforeAll(async () => {
    await installDebianPackages(["wireguard-tools", "wireguard-go"], { toolName: "wg-quick" });
    const setup = await lastSetup();
    lab = await Lab.create({ hosts: ["monitoring", "app", "anna"], images: await imagesOf(setup) });
    site = new LabSite(lab.host("app"), setup);
    await site.start();
    stack = await RemoteStack.create("tunnel", lab, {
      hosts: { monitoring: { address: "10.66.0.1" }, app: APP.app },
      edits: {
        "sightline:site": {
          name: "website",
          pageUrl: `${site.url}/`,
          apiUrl: `${site.url}/api/health`,
        },
        "sightline:logs.directories": site.logDirectories,
        "sightline:wireguard": { enabled: true, peers: { ...ANNA, ...APP } },
      },
    });
    await stack.setSecret("sightline:wireguardSecret", SECRET);
    await stack.edit({
      "sightline:browser": {
        enabled: true,
        address: lab.host("monitoring").address,
        port: BROWSERS,
        serverName: RUM,
      },
      "sightline:gateway.people": ["anna"],
    });
    await stack.makeCredentials();
    const start = Date.now();
    await stack.up();
    const kind = await lab
      .host("monitoring")
      .run("pgrep -x wireguard-go >/dev/null && echo program || echo kernel");
    console.log(
      `a tunnel and what is behind it, up from nothing in ${seconds(start)} s; WireGuard of the ${kind}`,
    );
  }, 10 * MINUTE);

  afterAll(async () => {
    // Undefined where making it failed, which then has cleaned up after itself.
    await (stack as RemoteStack | undefined)?.remove();
    await (lab as Lab | undefined)?.remove();
  }, 5 * MINUTE);

  const seconds = (start: number) => ((Date.now() - start) / 1_000).toFixed(1);

  /** Status of what Anna's computer gets from the door, and the answer; `000` where there is none. */
  async function annaAsks(path: string): Promise<string> {
    const password = await stack.secret("sightline:gatewayPasswords.anna");
    const curl = `curl -sk --max-time 5 -u anna:${password} -w ' %{http_code}'`;
    return lab.host("anna").run(`${curl} 'https://10.66.0.1:${DOOR}${path}' || true`);
  }

  it("joins the hosts, and their files are root's alone", async () => {
    for (const host of ["monitoring", "app"]) {
      const file = "stat -c '%a %U' /etc/wireguard/sightline.conf";
      expect(await lab.host(host).run(file)).toBe("600 root");
    }
    const shakes = await lab.host("app").run("wg show sightline latest-handshakes | cut -f2");
    expect(Number(shakes)).toBeGreaterThan(0);
  });

  it(
    "is the only way but that of browsers, of 65,535 ports",
    async () => {
      expect(await openPorts(lab.host("monitoring").address)).toEqual([22, BROWSERS]);
      // The site's own port, and nothing of ours.
      expect(await openPorts(lab.host("app").address)).toEqual([22, 8080]);
      expect(await annaAsks("/")).toBe(" 000");
    },
    3 * MINUTE,
  );

  it("leaves browsers their script and their reports outside, and nothing else", async () => {
    const { gateway } = await stack.settings();
    const place = {
      host: lab.host("monitoring").address,
      port: BROWSERS,
      servername: RUM,
      ca: gateway.certificateAuthority ?? "",
    };
    const status = async (path: string, method = "GET") =>
      (await askAsBrowser(place, { method, path, origin: site.url })).status;
    expect(await status("/logger.js")).toBe(200);
    expect(await status("/browser/loki/api/v1/push", "OPTIONS")).toBe(204);
    for (const path of ["/", "/grafana/", "/prometheus/", "/alertmanager/", "/loki/api/v1/push"]) {
      expect([path, await status(path)]).toEqual([path, 404]);
    }
  });

  it(
    "lets Anna in with the file that she is handed, to what came through it from the app host",
    async () => {
      const anna = lab.host("anna");
      await anna.run("umask 077 && mkdir -p /etc/wireguard && cat >/etc/wireguard/sightline.conf", {
        input: peerConfig(await stack.settings(), SECRET, "anna"),
      });
      await anna.run("wg-quick up sightline");
      const query = encodeURIComponent('up{host="app"} == 1');
      const answer = await waitFor(
        { what: "the app host's exporters are up, seen by Anna", deadlineMs: MINUTE },
        () => annaAsks(`/prometheus/api/v1/query?query=${query}`),
        (seen) => (seen.match(/"instance":"10\.66\.0\.9:\d+"/g) ?? []).length >= 3,
      );
      expect(answer).toMatch(/ 200$/);
      await fetch(`${site.url}/?through-the-tunnel`);
      const url = `http://loki:3100/loki/api/v1/query_range?query=${encodeURIComponent('{host="app",job="nginx"} |= "through-the-tunnel"')}`;
      await waitFor(
        { what: "the site's line is in Loki", deadlineMs: MINUTE },
        () =>
          lab
            .host("monitoring")
            .run(`docker exec ${stack.container("prometheus")} wget -qO- "${url}"`),
        (seen) => seen.includes("GET /?through-the-tunnel"),
      );
    },
    3 * MINUTE,
  );

  it(
    "locks Anna out by the next update, and disturbs nobody else",
    async () => {
      const before = await stack.containers("monitoring");
      await stack.edit({ "sightline:wireguard.peers": APP });
      const start = Date.now();
      await stack.up();
      console.log(`a peer taken out: ${seconds(start)} s`);
      expect(await annaAsks("/")).toBe(" 000");
      expect(await stack.containers("monitoring")).toEqual(before);
      const answer = `curl -sk --max-time 5 -o /dev/null -w '%{http_code}' https://10.66.0.1:${DOOR}/`;
      expect(await lab.host("app").run(answer)).toBe("401");
    },
    3 * MINUTE,
  );

  it(
    "is left alone by a second preview, and destroy leaves nothing of it",
    async () => {
      expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
      await stack.destroy();
      for (const host of ["monitoring", "app"]) {
        expect(await stack.leftovers(host)).toEqual([]);
        expect(await lab.host(host).run(TRACES)).toBe("");
      }
    },
    4 * MINUTE,
  );
});
