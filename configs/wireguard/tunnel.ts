import { appHosts, homeOf, type HostName, hostOf, isSameMachine, machineOf } from "../placement";
import type { Settings } from "../settings/settings";
import { keyPair, SERVER } from "./keys";

type Tunnelled = Pick<Settings, "hosts" | "wireguard">;

/** The server's own address in the tunnel: the first of the network. */
export function tunnelAddress({ wireguard }: Pick<Settings, "wireguard">): string {
  return wireguard.network.replace(/0\/24$/, "1");
}

/** The host that the tunnel ends at. */
export function tunnelServer(settings: Pick<Settings, "hosts">): HostName {
  return homeOf(settings, "monitoring");
}

/** The hosts at the other end: those with the name of a peer. */
export function tunnelledHosts(settings: Tunnelled): readonly HostName[] {
  if (!settings.wireguard.enabled) return [];
  return Object.keys(settings.wireguard.peers)
    .filter((name) => name in settings.hosts)
    .sort();
}

/** Addresses that a host's machine has once the tunnel is up. */
export function tunnelAddressesOn(settings: Tunnelled, host: HostName): readonly string[] {
  const machine = machineOf(settings, host);
  const peers = tunnelledHosts(settings).filter((name) => machine.includes(name));
  return [
    ...(settings.wireguard.enabled && machine.includes(tunnelServer(settings))
      ? [tunnelAddress(settings)]
      : []),
    ...peers.flatMap((name) => settings.wireguard.peers[name]?.address ?? []),
  ];
}

/** People and machines that nobody sets up for: those who get a file. */
export function visitors(settings: Tunnelled): readonly string[] {
  const hosts = tunnelledHosts(settings);
  return Object.keys(settings.wireguard.peers)
    .filter((name) => !hosts.includes(name))
    .sort();
}

/** /etc/wireguard/sightline.conf of the monitoring host (wg-quick(8)). Secret. */
export function serverConfig(settings: Tunnelled, secret: string): string {
  const { port, peers } = settings.wireguard;
  const sections = Object.entries(peers)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { address, publicKey }]) => [
      `# ${name}`,
      "[Peer]",
      `PublicKey = ${publicKey ?? keyPair(secret, name).publicKey}`,
      `AllowedIPs = ${address}/32`,
    ]);
  return text([
    [
      "[Interface]",
      `Address = ${tunnelAddress(settings)}/24`,
      `ListenPort = ${port}`,
      `PrivateKey = ${keyPair(secret, SERVER).privateKey}`,
    ],
    ...sections,
  ]);
}

/**
 * The file of a peer, for the app of its system or for wg-quick. Secret. Only what is for the monitoring
 * host goes through the tunnel.
 *
 * @param name one of `wireguard.peers`; one with a `publicKey` has its private key somewhere else
 */
export function peerConfig(settings: Tunnelled, secret: string, name: string): string {
  const { peers, port } = settings.wireguard;
  const peer = peers[name];
  if (!peer) throw new Error(`no peer ${name}`);
  const own = peer.publicKey ? "put the peer's own here" : keyPair(secret, name).privateKey;
  return text([
    ["[Interface]", `Address = ${peer.address}/32`, `PrivateKey = ${own}`],
    [
      "[Peer]",
      `PublicKey = ${keyPair(secret, SERVER).publicKey}`,
      `Endpoint = ${tunnelEndpoint(settings)}:${port}`,
      `AllowedIPs = ${tunnelAddress(settings)}/32`,
      // Keeps the way through a router open, so that Prometheus reaches the peer at any time.
      "PersistentKeepalive = 25",
    ],
  ]);
}

/** The public name or address of the server: that of the settings, or the one that ssh goes to. */
export function tunnelEndpoint(settings: Tunnelled): string {
  const { endpoint } = hostOf(settings, tunnelServer(settings));
  return settings.wireguard.endpoint ?? new URL(endpoint).hostname;
}

/** App hosts that talk to the monitoring host, and are not peers of it. */
export function hostsOutside(settings: Tunnelled): readonly HostName[] {
  return appHosts(settings).filter(
    (host) =>
      !(host in settings.wireguard.peers) && !isSameMachine(settings, host, tunnelServer(settings)),
  );
}

function text(sections: readonly (readonly string[])[]): string {
  return sections.map((lines) => `${lines.join("\n")}\n`).join("\n");
}
