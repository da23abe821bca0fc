/**
 * The tunnel between two virtual machines with kernels of their own: the component's own scripts and
 * files, a real WireGuard, and the real gateway in Docker. Grafana is a stand-in behind it.
 */
import { GATEWAY_FILES, tlsFile, usersFile } from "../../configs/gateway/credentials";
import { peopleFile } from "../../configs/gateway/people";
import { CONFIG_PATH, SECRETS_PATH } from "../../configs/service-spec";
import { gatewaySpec } from "../../configs/services/gateway";
import type { Settings } from "../../configs/settings/settings";
import { tunnelScript, untunnelScript } from "../../configs/wireguard/scripts";
import { peerConfig, serverConfig } from "../../configs/wireguard/tunnel";
import { type Certificates, makeCertificates } from "../../tools/gateway/certificates";
import { lastSetup } from "../../tools/setup/setup";
import { prodSettings } from "../support/fixtures";
import type { VirtualMachine } from "../support/virtual-machine";
import { waitFor } from "../support/wait";
import { note } from "./note";
import { giveImage, TwoMachines } from "./two-machines";

const SECRET = "fixture-wireguard-secret-of-32-characters";
const AGENT_SECRET = "fixture-agent-secret-of-32-characters-or-more";
const PASSWORD = "correct-horse-battery-staple";
const ANNA = { anna: { address: "10.66.0.2" } };
const BEN = { ben: { address: "10.66.0.3" } };

let machines: TwoMachines;
let monitoring: VirtualMachine;
/** Anna's computer: a machine that nobody but her sets up. */
let visitor: VirtualMachine;
let certificates: Certificates;
const before: Record<string, string> = {};

/** What undo must bring back; the package, and the folder that it brings along, stay. */
const STATE =
  "sudo sh -c 'ls /etc/wireguard/* /etc/systemd/system/wg-quick@sightline.service.d" +
  " /etc/systemd/system/*.wants/wg-quick@sightline.service 2>/dev/null; ip -o link | cut -d: -f2;" +
  " ss -Hlun | grep 51820'; true";

beforeAll(async () => {
  certificates = await makeCertificates("10.66.0.1", 2);
  machines = await TwoMachines.start();
  ({ monitoring, app: visitor } = machines);
  const { images } = await lastSetup();
  await giveImage(monitoring, images.gateway ?? gatewaySpec(settingsWith(ANNA)).image, "gateway");
  // What a visitor has: WireGuard's own tools.
  await visitor.sh("sudo apt-get -qq update && sudo apt-get -qq -y install wireguard-tools", {
    deadlineMs: 300_000,
  });
  before.monitoring = await monitoring.sh(STATE);
}, 900_000);

afterAll(() => {
  machines.stop();
});

describe("the tunnel", () => {
  it("comes up by a script that installs what it needs, and again without a change", async () => {
    const up = await tunnel(ANNA);
    note("installed and up, s", up.seconds);
    expect([up.status, up.error.match(/^Sightline.*/m)]).toEqual([0, null]);
    expect(await monitoring.sh("sudo stat -c '%a %U' /etc/wireguard/sightline.conf")).toBe(
      "600 root",
    );
    const since = await monitoring.sh("systemctl show -p ActiveEnterTimestamp wg-quick@sightline");
    expect((await tunnel(ANNA)).status).toBe(0);
    expect(await monitoring.sh("systemctl show -p ActiveEnterTimestamp wg-quick@sightline")).toBe(
      since,
    );
  });

  it("is the only way to the gateway", async () => {
    await startGateway();
    const listening = await monitoring.sh("sudo ss -Htln | awk '{print $4}' | grep -v ^127 | sort");
    expect(listening.split("\n")).toEqual(["0.0.0.0:22", "10.66.0.1:8443", "[::]:22"]);
    expect(await ask("https://10.66.0.1:8443/")).toMatch(/timed out|unreachable|refused/);
    expect(await ask("https://10.9.0.2:8443/")).toMatch(/timed out|refused/);
  });

  it("lets a peer with the file of its own reach Grafana, with its password", async () => {
    await connect("anna", ANNA);
    await waitFor(
      { what: "the peer is let in", deadlineMs: 60_000 },
      () => ask("https://10.66.0.1:8443/grafana/", `anna:${PASSWORD}`),
      (answer) => answer === "200 Grafana's stand-in",
    );
    expect(await ask("https://10.66.0.1:8443/", `anna:${PASSWORD}`)).toMatch(
      /^200 <!doctype html>/,
    );
    expect(await ask("https://10.66.0.1:8443/grafana/")).toMatch(/^401/);
    // Docker's port is on the tunnel's address alone, whatever leads to the machine.
    expect(await ask("https://10.9.0.2:8443/", `anna:${PASSWORD}`)).toMatch(/timed out|refused/);
  });

  it("is not interrupted when another peer comes", async () => {
    const handshake = () => monitoring.sh("sudo wg show sightline latest-handshakes | sort");
    const first = (await handshake()).split("\n");
    expect((await tunnel({ ...ANNA, ...BEN })).status).toBe(0);
    const both = (await handshake()).split("\n");
    expect(both).toHaveLength(3);
    expect(both).toEqual(expect.arrayContaining(first));
  });

  it("comes up before Docker when the host starts", async () => {
    await monitoring.reboot();
    await waitFor(
      { what: "the gateway answers after a reboot", deadlineMs: 240_000 },
      () => ask("https://10.66.0.1:8443/grafana/", `anna:${PASSWORD}`),
      (answer) => answer === "200 Grafana's stand-in",
    );
  });

  it("locks out whoever is no peer any more", async () => {
    expect((await tunnel(BEN)).status).toBe(0);
    expect(await ask("https://10.66.0.1:8443/grafana/", `anna:${PASSWORD}`)).toMatch(/timed out/);
  });

  it("refuses a network that Docker has, and stays as it was", async () => {
    const refused = await monitoring.run(tunnelScript, {
      input: serverConfig(
        settingsWith({ ben: { address: "172.17.0.3" } }, "172.17.0.0/24"),
        SECRET,
      ),
    });
    expect(refused.error).toContain(
      "Sightline: 172.17.0.0/24 on monitoring is part of a network that is there already: 172.17.0.0/16 dev docker0",
    );
    expect(await monitoring.sh("ip -4 -br addr show sightline")).toContain("10.66.0.1/24");
  });

  it("leaves nothing behind", async () => {
    await monitoring.sh("sudo docker rm -f door grafana && sudo docker network rm data");
    await monitoring.sh(untunnelScript);
    expect(await monitoring.sh(STATE)).toBe(before.monitoring);
  });
});

function settingsWith(peers: object, network = "10.66.0.0/24"): Settings {
  const { certificate, authority } = certificates;
  return prodSettings({
    hosts: {
      monitoring: { endpoint: "ssh://deploy@10.9.0.2", address: "10.9.0.2" },
      app: { address: "10.9.0.3" },
    },
    logs: { route: "nfs" },
    gateway: {
      enabled: true,
      address: "10.66.0.1",
      certificate,
      certificateAuthority: authority,
      people: ["anna"],
    },
    wireguard: {
      enabled: true,
      network,
      peers: { ...peers, app: { address: network.replace("0/24", "9") } },
    },
  });
}

function tunnel(peers: object) {
  const input = serverConfig(settingsWith(peers), SECRET);
  return monitoring.run(tunnelScript, { input, deadlineMs: 300_000 });
}

/** What a visitor does with the file that was handed out. */
async function connect(name: string, peers: object): Promise<void> {
  await visitor.sh("sudo tee /etc/wireguard/sightline.conf >/dev/null", {
    input: peerConfig(settingsWith(peers), SECRET, name),
  });
  await visitor.sh("sudo wg-quick up sightline");
}

/** The gateway as the stack runs it, and a page behind it. */
async function startGateway(): Promise<void> {
  const settings = settingsWith(ANNA);
  const spec = gatewaySpec(settings);
  const files = {
    ...prefixed(CONFIG_PATH, spec.configuration?.files({ lokiPushUrl: "", logBucket: "" }) ?? {}),
    ...prefixed(SECRETS_PATH, {
      [GATEWAY_FILES.tls]: tlsFile(certificates.key, certificates.certificate),
      [GATEWAY_FILES.users]: usersFile(AGENT_SECRET, []),
      [GATEWAY_FILES.people]: peopleFile(AGENT_SECRET, JSON.stringify({ anna: PASSWORD }), [
        "anna",
      ]),
    }),
  };
  for (const [file, content] of Object.entries(files)) {
    const target = `/opt/door${file}`;
    await monitoring.sh(`sudo install -D /dev/stdin ${target}`, { input: content });
  }
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path /tmp/${kind};`)
    .join(" ");
  const page = `pid /tmp/pid; events {} http { access_log off; ${temporary} server { listen 3000; location / { return 200 "Grafana's stand-in"; } } }`;
  await monitoring.sh("sudo tee /opt/page.conf >/dev/null", { input: page });
  await monitoring.sh("sudo docker network create data");
  const common = "sudo docker run --detach --restart unless-stopped --network data";
  await monitoring.sh(
    `${common} --name grafana --user ${spec.user} --read-only --tmpfs /tmp --volume /opt/page.conf:/page.conf:ro gateway nginx -e stderr -c /page.conf -g 'daemon off;'`,
  );
  const ports = spec.publish?.map(
    ({ hostAddress, hostPort, containerPort }) =>
      `--publish ${hostAddress}:${hostPort}:${containerPort}`,
  );
  await monitoring.sh(
    `${common} --name door --user ${spec.user} --read-only --tmpfs /tmp ${ports?.join(" ") ?? ""}` +
      ` --volume /opt/door/etc/sightline:/etc/sightline:ro --volume /opt/door/run/sightline:/run/sightline:ro` +
      ` gateway ${spec.args?.join(" ") ?? ""}`,
  );
}

function prefixed(folder: string, files: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]),
  );
}

/** Status and beginning of what a visitor gets, or why nothing came. */
async function ask(url: string, login?: string): Promise<string> {
  const program = [
    "import base64, ssl, sys, urllib.request as u, urllib.error as e",
    "c = ssl._create_unverified_context()",
    `r = u.Request("${url}")`,
    login ? `r.add_header("Authorization", "Basic " + base64.b64encode(b"${login}").decode())` : "",
    "try:",
    "  a = u.urlopen(r, timeout=15, context=c); print(a.status, a.read(40).decode())",
    "except e.HTTPError as x: print(x.code)",
    "except Exception as x: print(x)",
  ].join("\n");
  return visitor.sh("python3 -", { input: program });
}
