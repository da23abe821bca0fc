import type { Problem } from "../errors";
import type { HostSettings, Parsed } from "./settings";

/** True where the host's Docker daemon is the one of this machine. */
export function isLocal({ endpoint }: HostSettings): boolean {
  return endpoint === "local";
}

/** Hosts must be able to reach each other, and be known by their keys. */
export function hostProblems({ hosts, site }: Partial<Parsed>): readonly Problem[] {
  if (!hosts) return [];
  const areTwo = hosts.app.endpoint !== hosts.monitoring.endpoint;
  return [
    ...Object.entries(hosts).flatMap(([name, host]) => [
      ...(areTwo ? addressProblems(name, host) : []),
      ...(isLocal(host) ? [] : hostKeyProblems(name, host)),
    ]),
    ...(areTwo && site?.dockerNetwork ? [siteNetworkProblem(site.dockerNetwork)] : []),
  ];
}

function addressProblems(name: string, { address }: HostSettings): readonly Problem[] {
  if (!address.startsWith("127.")) return [];
  return [
    {
      path: `sightline:hosts.${name}.address`,
      rule: "must be the private or VPN address at which the other host reaches this one",
      got: JSON.stringify(address),
      fix: `pulumi config set --path 'sightline:hosts.${name}.address' 10.0.0.2`,
    },
  ];
}

function hostKeyProblems(name: string, { hostKey }: HostSettings): readonly Problem[] {
  if (hostKey) return [];
  return [
    {
      path: `sightline:hosts.${name}.hostKey`,
      rule: "must be set for a host that is reached over ssh: its key is checked, never accepted blindly",
      got: "nothing",
      fix: "ask a trusted shell on that host: cat /etc/ssh/ssh_host_ed25519_key.pub",
    },
  ];
}

function siteNetworkProblem(dockerNetwork: string): Problem {
  return {
    path: "sightline:site.dockerNetwork",
    rule: "only makes sense where the site and its monitoring share one Docker host",
    got: JSON.stringify(dockerNetwork),
    fix: "remove it, and probe the site by its public URL",
  };
}
