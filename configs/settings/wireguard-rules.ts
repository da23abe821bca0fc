import type { Problem } from "../errors";
import { hostOf, isSameMachine } from "../placement";
import { hostsOutside, tunnelAddress, tunnelServer } from "../wireguard/tunnel";
import { isLocal } from "./host-rules";
import type { Parsed } from "./settings";

/** A tunnel that has its two ends, and an address for each of them. */
export function wireguardProblems({
  browser,
  gateway,
  hosts,
  wireguard,
}: Partial<Parsed>): readonly Problem[] {
  if (!wireguard?.enabled || !hosts) return [];
  return [
    ...serverProblems(hosts),
    ...peerProblems(wireguard, hosts),
    ...addressProblems(wireguard),
    ...(gateway?.enabled && gateway.address === tunnelAddress({ wireguard })
      ? [
          ...outsideProblems({ wireguard, hosts }),
          ...(browser?.enabled && browser.address === undefined ? [NO_BROWSER] : []),
          ...(gateway.tls.kind === "acme" ? [NO_AUTHORITY] : []),
        ]
      : []),
  ];
}

type WireGuard = Parsed["wireguard"];
type Hosts = Parsed["hosts"];

function serverProblems(hosts: Hosts): readonly Problem[] {
  const server = tunnelServer({ hosts });
  if (!isLocal(hostOf({ hosts }, server))) return [];
  return [
    {
      path: "sightline:wireguard.enabled",
      rule: "needs a monitoring host that is reached over ssh: the tunnel is set up there as root",
      got: `hosts.${server}.endpoint: local`,
      fix: `pulumi config set --path 'sightline:hosts.${server}.endpoint' ssh://deploy@203.0.113.7`,
    },
  ];
}

function peerProblems({ peers }: WireGuard, hosts: Hosts): readonly Problem[] {
  const server = tunnelServer({ hosts });
  const ofHosts = Object.keys(peers).filter((name) => name in hosts);
  const local = ofHosts.filter((name) => name !== server && isLocal(hostOf({ hosts }, name)));
  const atServer = ofHosts.filter(
    (name) => !local.includes(name) && isSameMachine({ hosts }, name, server),
  );
  return [
    ...(Object.keys(peers).length === 0
      ? [
          {
            path: "sightline:wireguard.peers",
            rule: "must name somebody: nobody else comes in",
            got: "{}",
            fix: "pulumi config set --path 'sightline:wireguard.peers.anna.address' 10.66.0.2",
          },
        ]
      : []),
    ...atServer.map((name) => ({
      path: `sightline:wireguard.peers.${name}`,
      rule: "must be at the other end: the monitoring host's machine is the tunnel's server",
      got: name,
      fix: "remove it, or give the peer another name than the host's",
    })),
    ...local.map((name) => ({
      path: `sightline:wireguard.peers.${name}`,
      rule: "has the name of a host, which is set up over ssh",
      got: `hosts.${name}.endpoint: local`,
      fix: "give the peer another name",
    })),
  ];
}

function addressProblems({ network, peers }: WireGuard): readonly Problem[] {
  const prefix = network.replace(/0\/24$/, "");
  const server = tunnelAddress({ wireguard: { network } as WireGuard });
  const entries = Object.entries(peers).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.flatMap(([name, { address }], index) => {
    const path = `sightline:wireguard.peers.${name}.address`;
    const got = JSON.stringify(address);
    const fix = `an address from ${prefix}2 to ${prefix}254 that no other peer has`;
    const last = Number(address.split(".").at(-1));
    if (!address.startsWith(prefix) || last < 2 || last > 254) {
      return [
        { path, rule: `must be in ${network}, and not ${server}, which is the server's`, got, fix },
      ];
    }
    const other = entries.slice(0, index).find(([, peer]) => peer.address === address)?.[0];
    return other === undefined
      ? []
      : [{ path, rule: `must be another address than that of ${other}`, got, fix }];
  });
}

/** The gateway listens in the tunnel alone, and their agents would find nobody. */
function outsideProblems(settings: Pick<Parsed, "hosts" | "wireguard">): readonly Problem[] {
  return hostsOutside(settings).map((host) => ({
    path: `sightline:wireguard.peers.${host}`,
    rule: "must be there: the gateway listens in the tunnel, and this host's agent pushes to it",
    got: "nothing",
    fix: `pulumi config set --path 'sightline:wireguard.peers.${host}.address' 10.66.0.2, or set gateway.address to another one`,
  }));
}

/** People's browsers are no peers. */
const NO_BROWSER: Problem = {
  path: "sightline:browser.address",
  rule: "must be set where the gateway listens in the tunnel: people's browsers are no peers",
  got: "nothing",
  fix: "pulumi config set --path 'sightline:browser.address' 203.0.113.7, the monitoring host's address that browsers reach",
};

/** Nor is the authority, which asks on the gateway's address for a proof. */
const NO_AUTHORITY: Problem = {
  path: "sightline:gateway.tls.kind",
  rule: "must not be acme where the gateway listens in the tunnel: no authority reaches it there",
  got: '"acme"',
  fix: "pulumi config set --path 'sightline:gateway.tls.kind' files, or set gateway.address to one that the authority reaches",
};
