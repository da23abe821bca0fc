import { tunnelSettings } from "../../../../tools/commands/wireguard";

const SSH = {
  monitoring: { endpoint: "ssh://deploy@203.0.113.7" },
  app: { endpoint: "ssh://deploy@203.0.113.8" },
};
const wireguard = { enabled: true, peers: { anna: { address: "10.66.0.2" } } };

describe("npm run wireguard", () => {
  it("takes a tunnel that an update takes", () => {
    const { hosts, wireguard: tunnel } = tunnelSettings({ hosts: SSH, wireguard });
    expect(Object.keys(hosts).sort()).toEqual(["app", "monitoring"]);
    expect(Object.keys(tunnel.peers)).toEqual(["anna"]);
  });

  it.each<[what: string, hosts: unknown, tunnel: unknown, message: string]>([
    [
      "a monitoring host that is this machine, with the words of an update",
      undefined,
      wireguard,
      "sightline:wireguard.enabled: needs a monitoring host that is reached over ssh",
    ],
    [
      "a tunnel that is off",
      SSH,
      undefined,
      "sightline:wireguard.enabled: must be true before anybody gets a file",
    ],
    [
      "an address of two peers",
      SSH,
      { ...wireguard, peers: { ...wireguard.peers, ben: { address: "10.66.0.2" } } },
      "sightline:wireguard.peers.ben.address: must be another address than that of anna",
    ],
    [
      "a misspelt setting",
      SSH,
      { ...wireguard, prot: 51820 },
      "sightline:wireguard.prot: is not a setting",
    ],
  ])("refuses %s", (_, hosts, tunnel, message) => {
    expect(() => tunnelSettings({ hosts, wireguard: tunnel })).toThrow(message);
  });
});
