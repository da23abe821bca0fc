import { gatewayUrl } from "../../../../configs/gateway/route";
import { keyPair, SERVER } from "../../../../configs/wireguard/keys";
import {
  peerConfig,
  serverConfig,
  tunnelledHosts,
  visitors,
} from "../../../../configs/wireguard/tunnel";
import { prodRaw, prodSettings, type Raw } from "../../../support/fixtures";
import { problemsOf } from "../../../support/problems";

const SECRET = "a-secret-of-more-than-32-characters";
const OWN_KEY = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
const ENDPOINTS = {
  monitoring: { endpoint: "ssh://deploy@203.0.113.7" },
  app: { endpoint: "ssh://deploy@203.0.113.8" },
};
/** One machine for everything. */
const SHARED = { endpoint: "ssh://deploy@203.0.113.7", address: "10.0.0.2" };
const PEERS = {
  phone: { address: "10.66.0.3", publicKey: OWN_KEY },
  anna: { address: "10.66.0.2" },
  app: { address: "10.66.0.9" },
};

const raw = (wireguard: Raw = {}, others: Raw = {}): Raw => ({
  hosts: ENDPOINTS,
  ...others,
  wireguard: { enabled: true, peers: PEERS, ...wireguard },
});
const settings = prodSettings(raw());
const key = (name: string) => keyPair(SECRET, name);

describe("the tunnel", () => {
  it("has one section for each peer at the server, by name", () => {
    expect(serverConfig(settings, SECRET)).toBe(`[Interface]
Address = 10.66.0.1/24
ListenPort = 51820
PrivateKey = ${key(SERVER).privateKey}

# anna
[Peer]
PublicKey = ${key("anna").publicKey}
AllowedIPs = 10.66.0.2/32

# app
[Peer]
PublicKey = ${key("app").publicKey}
AllowedIPs = 10.66.0.9/32

# phone
[Peer]
PublicKey = ${OWN_KEY}
AllowedIPs = 10.66.0.3/32
`);
  });

  it("carries only what is for the monitoring host, to the address that ssh goes to", () => {
    expect(peerConfig(settings, SECRET, "anna")).toBe(`[Interface]
Address = 10.66.0.2/32
PrivateKey = ${key("anna").privateKey}

[Peer]
PublicKey = ${key(SERVER).publicKey}
Endpoint = 203.0.113.7:51820
AllowedIPs = 10.66.0.1/32
PersistentKeepalive = 25
`);
  });

  it("goes to the public name of the settings where there is one", () => {
    const named = prodSettings(raw({ endpoint: "vpn.shop.test", port: 443 }));
    expect(peerConfig(named, SECRET, "anna")).toContain("Endpoint = vpn.shop.test:443\n");
  });

  it("has no private key of a peer that keeps its own", () => {
    expect(peerConfig(settings, SECRET, "phone")).not.toContain(key("phone").privateKey);
  });

  it("is set up on hosts, and handed out to everybody else", () => {
    expect(tunnelledHosts(settings)).toEqual(["app"]);
    expect(visitors(settings)).toEqual(["anna", "phone"]);
  });

  it("is where the gateway listens, unless it has an address of its own", () => {
    expect(gatewayUrl(settings)).toBe("https://10.66.0.1:8443");
    const outside = prodSettings(raw({}, { gateway: { address: "203.0.113.7" } }));
    expect(gatewayUrl(outside)).toBe("https://203.0.113.7:8443");
  });
});

describe("a tunnel that cannot be", () => {
  it.each<[what: string, wireguard: Raw, others: Raw, problem: string]>([
    [
      "has nobody at the other end",
      { peers: {} },
      {},
      "wireguard.peers: must name somebody: nobody else comes in; got {}. Fix: pulumi config set --path 'sightline:wireguard.peers.anna.address' 10.66.0.2",
    ],
    [
      "has an end outside of its network",
      { peers: { anna: { address: "10.67.0.2" } } },
      {},
      'wireguard.peers.anna.address: must be in 10.66.0.0/24, and not 10.66.0.1, which is the server\'s; got "10.67.0.2". Fix: an address from 10.66.0.2 to 10.66.0.254 that no other peer has',
    ],
    [
      "has an end with the server's address",
      { peers: { anna: { address: "10.66.0.1" } } },
      {},
      'wireguard.peers.anna.address: must be in 10.66.0.0/24, and not 10.66.0.1, which is the server\'s; got "10.66.0.1". Fix: an address from 10.66.0.2 to 10.66.0.254 that no other peer has',
    ],
    [
      "has two ends with one address",
      { peers: { anna: { address: "10.66.0.2" }, ben: { address: "10.66.0.2" } } },
      {},
      'wireguard.peers.ben.address: must be another address than that of anna; got "10.66.0.2". Fix: an address from 10.66.0.2 to 10.66.0.254 that no other peer has',
    ],
    [
      "has a public network",
      { network: "8.8.8.0/24" },
      {},
      'wireguard.network: must be a private IPv4 network of 256 addresses that nothing else uses; got "8.8.8.0/24". Fix: for example "10.66.0.0/24"',
    ],
    [
      "has both ends on the monitoring host",
      { peers: { monitoring: { address: "10.66.0.2" } } },
      {},
      "wireguard.peers.monitoring: must be at the other end: the monitoring host's machine is the tunnel's server; got monitoring. Fix: remove it, or give the peer another name than the host's",
    ],
    [
      "has both ends on one machine that has two hosts",
      {},
      { hosts: { monitoring: SHARED, app: SHARED } },
      "wireguard.peers.app: must be at the other end: the monitoring host's machine is the tunnel's server; got app. Fix: remove it, or give the peer another name than the host's",
    ],
    [
      "hides the gateway from an agent that pushes to it",
      { peers: { anna: { address: "10.66.0.2" } } },
      { gateway: { enabled: true } },
      "wireguard.peers.app: must be there: the gateway listens in the tunnel, and this host's agent pushes to it; got nothing. Fix: pulumi config set --path 'sightline:wireguard.peers.app.address' 10.66.0.2, or set gateway.address to another one",
    ],
    [
      "hides the gateway from browsers",
      {},
      { gateway: { enabled: true }, browser: { enabled: true } },
      "browser.address: must be set where the gateway listens in the tunnel: people's browsers are no peers; got nothing. Fix: pulumi config set --path 'sightline:browser.address' 203.0.113.7, the monitoring host's address that browsers reach",
    ],
    [
      "hides the gateway from the authority that signs its certificate",
      {},
      {
        gateway: {
          enabled: true,
          serverName: "door.shop.test",
          port: 443,
          tls: { kind: "acme", email: "ops@shop.test" },
        },
      },
      "gateway.tls.kind: must not be acme where the gateway listens in the tunnel: no authority reaches it there; got \"acme\". Fix: pulumi config set --path 'sightline:gateway.tls.kind' files, or set gateway.address to one that the authority reaches",
    ],
    [
      "ends on this machine",
      {},
      { hosts: { ...ENDPOINTS, monitoring: { endpoint: "local" } } },
      "wireguard.enabled: needs a monitoring host that is reached over ssh: the tunnel is set up there as root; got hosts.monitoring.endpoint: local. Fix: pulumi config set --path 'sightline:hosts.monitoring.endpoint' ssh://deploy@203.0.113.7",
    ],
  ])("%s", (_, wireguard, others, problem) => {
    expect(problemsOf(prodRaw(raw(wireguard, others)))).toContain(problem);
  });
});
