import { tunnelScript, untunnelScript } from "../../../../configs/wireguard/scripts";
import { ScriptRoot } from "../../../support/script-root";

const FILE = "/etc/wireguard/sightline.conf";
const DROP_IN = "/etc/systemd/system/wg-quick@sightline.service.d/sightline.conf";
const MARK = "# sightline: before";
const INTERFACE = "[Interface]\nAddress = 10.66.0.1/24\nListenPort = 51820\nPrivateKey = one\n";
const PEER = "\n# anna\n[Peer]\nPublicKey = two\nAllowedIPs = 10.66.0.2/32\n";

let host: ScriptRoot;

beforeEach(() => {
  host = new ScriptRoot();
  for (const name of ["ip", "wg"]) host.install(name);
  host.install(
    "systemctl",
    `for word; do case $word in
      enable) ! grep -q refused "$ROOT${FILE}" || exit 1; mkdir -p "$ROOT/sys/class/net/sightline" ;;
      disable) rm -rf "$ROOT/sys/class/net/sightline" ;;
    esac; done`,
  );
  host.install(
    "wg-quick",
    `case $1 in
      up) mkdir -p "$ROOT/sys/class/net/sightline" ;;
      down) rm -rf "$ROOT/sys/class/net/sightline" ;;
    esac`,
  );
});

afterEach(() => {
  host.destroy();
});

const up = (config = INTERFACE + PEER) => host.run(tunnelScript, config);
/** What was called but for looks at the routes. */
const calls = () => host.calls().filter((call) => !call.startsWith("ip "));
const isUp = () => host.has("/sys/class/net/sightline");

describe("the scripts of a tunnel's end", () => {
  it("write it, and bring it up before Docker at each start", () => {
    expect(up()).toEqual({ status: 0, error: "" });
    expect(host.read(FILE)).toBe(`${MARK} no-folder\n${INTERFACE}${PEER}`);
    expect(host.read(DROP_IN)).toBe("[Unit]\nBefore=docker.service\n");
    expect(calls()).toEqual([
      "systemctl daemon-reload",
      "systemctl -q enable --now wg-quick@sightline",
    ]);
    expect([isUp(), host.mode(FILE)]).toEqual([true, "600"]);
  });

  it("change nothing when they run again", () => {
    up();
    calls();
    expect(up()).toEqual({ status: 0, error: "" });
    expect(calls()).toEqual([]);
  });

  it("bring it up again where somebody took it down", () => {
    up();
    host.remove("/sys/class/net/sightline");
    calls();
    up();
    expect(calls()).toEqual(["systemctl -q enable --now wg-quick@sightline"]);
  });

  it("interrupt nobody when a peer comes or goes", () => {
    up();
    calls();
    expect(up(INTERFACE)).toEqual({ status: 0, error: "" });
    expect([...calls()].sort()).toEqual([
      "wg syncconf sightline /dev/stdin",
      "wg-quick strip sightline",
    ]);
    expect(host.read(FILE)).toBe(`${MARK} no-folder\n${INTERFACE}`);
  });

  it("start it anew for another address, port or key", () => {
    up();
    calls();
    up(INTERFACE.replace("51820", "443") + PEER);
    expect(calls()).toEqual([
      "systemctl -q disable --now wg-quick@sightline",
      "systemctl -q enable --now wg-quick@sightline",
    ]);
    expect(isUp()).toBe(true);
  });

  it("go back to the one before where the new one does not come up", () => {
    up();
    const before = host.read(FILE);
    const refused = up(INTERFACE.replace("one", "refused") + PEER);
    expect(refused).toEqual({
      status: 1,
      error:
        "Sightline: shop could not bring the tunnel up. Fix: see the line above and journalctl -u wg-quick@sightline; the kernel must have WireGuard (5.6 or later), and wireguard.port and wireguard.network must be free",
    });
    expect([host.read(FILE), isUp()]).toEqual([before, true]);
  });

  it("leave nothing where the first one does not come up", () => {
    expect(up(INTERFACE.replace("one", "refused")).status).toBe(1);
    expect([host.has("/etc/wireguard"), host.has(DROP_IN), isUp()]).toEqual([false, false, false]);
  });

  it("refuse a network that is there already, of Docker's for example", () => {
    const route = "172.18.0.0/16 dev br-1 proto kernel scope link src 172.18.0.1";
    host.install("ip", `case $5 in match) echo "default via 10.0.2.2"; echo "${route}" ;; esac`);
    expect(up(INTERFACE.replace("10.66.0.1", "172.18.5.1"))).toEqual({
      status: 1,
      error: `Sightline: 172.18.5.0/24 on shop is part of a network that is there already: ${route}. Fix: choose another wireguard.network`,
    });
    expect([host.has("/etc/wireguard"), isUp()]).toEqual([false, false]);
  });

  it("take it away with all that was written for it", () => {
    up();
    up(INTERFACE);
    expect(host.run(untunnelScript)).toEqual({ status: 0, error: "" });
    expect([host.has("/etc/wireguard"), host.has(DROP_IN), isUp()]).toEqual([false, false, false]);
    expect(host.run(untunnelScript)).toEqual({ status: 0, error: "" });
  });

  it("leave a tunnel of somebody else's", () => {
    host.write("/etc/wireguard/wg0.conf", "[Interface]\n");
    up();
    host.run(untunnelScript);
    expect(host.read("/etc/wireguard/wg0.conf")).toBe("[Interface]\n");
  });

  it("do without systemd", () => {
    host.destroy();
    host = new ScriptRoot({ systemd: false });
    for (const name of ["ip", "wg"]) host.install(name);
    host.install("wg-quick", `mkdir -p "$ROOT/sys/class/net/sightline"`);
    expect(up()).toEqual({ status: 0, error: "" });
    expect(calls()).toEqual(["wg-quick up sightline"]);
  });
});
