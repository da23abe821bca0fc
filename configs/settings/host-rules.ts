import type { Problem } from "../errors";
import { appHosts, homeOf, hostNames, hostOf, isSameMachine, siteOn } from "../placement";
import { suggestion } from "./fields";
import { PRIVATE } from "./formats";
import { type Role, ROLES } from "./groups/hosts";
import type { HostSettings, Parsed } from "./settings";

/** True where the host's Docker daemon is the one of this machine. */
export function isLocal({ endpoint }: HostSettings): boolean {
  return endpoint === "local";
}

/** Whether all hosts are one machine, as in dev. */
export function isOneMachine({ hosts }: Pick<Parsed, "hosts">): boolean {
  const [first, ...others] = Object.keys(hosts);
  return others.every((other) => isSameMachine({ hosts }, first ?? other, other));
}

/** Hosts must have their roles, be able to reach each other, and be known by their keys. */
export function hostProblems({ hosts, site, publish }: Partial<Parsed>): readonly Problem[] {
  if (!hosts) return [];
  const ofRoles = [...roleProblems(hosts), ...nameProblems(hosts)];
  if (ofRoles.length > 0) return ofRoles;
  const areMany = !isOneMachine({ hosts });
  return [
    ...duplicateProblems(hosts),
    ...hostNames({ hosts }).flatMap((name) => {
      const host = hostOf({ hosts }, name);
      return [
        ...(areMany ? addressProblems(name, host) : []),
        ...(isLocal(host) ? [] : hostKeyProblems(name, host)),
        ...(isSameMachine({ hosts }, name, homeOf({ hosts }, "monitoring"))
          ? siteNetworkOfHostProblems(name, host)
          : []),
      ];
    }),
    ...(site?.dockerNetwork && siteOn({ hosts }, homeOf({ hosts }, "monitoring")) === undefined
      ? [siteNetworkProblem(site.dockerNetwork)]
      : []),
    ...(publish ? pageAddressProblems(hosts, publish.address) : []),
  ];
}

type Hosts = Parsed["hosts"];

/** A role that only one host can have is had by one; and the site's host has no other. */
function roleProblems(hosts: Hosts): readonly Problem[] {
  const withRole = (role: Role) =>
    Object.keys(hosts).filter((name) => hosts[name]?.roles.includes(role));
  const doubled = ROLES.filter((role) => role !== "app" && withRole(role).length > 1);
  const mixed = withRole("app").filter((name) => (hosts[name]?.roles.length ?? 0) > 1);
  return [
    ...doubled.map((role) => ({
      path: "sightline:hosts",
      rule: `must give the role ${role} to one host`,
      got: withRole(role).join(" and "),
      fix: 'set the roles of the others, for example ["app"]',
    })),
    ...mixed.map((name) => ({
      path: `sightline:hosts.${name}.roles`,
      rule: "must have app alone",
      got: JSON.stringify(hosts[name]?.roles),
      fix: "give the machine a second name with the same endpoint and address for its other roles",
    })),
  ];
}

/** A misspelt `monitoring` would be one more app host, without a word. */
function nameProblems(hosts: Hosts): readonly Problem[] {
  const central = ROLES.filter((role) => role !== "app");
  return appHosts({ hosts }).flatMap((name) => {
    const meant = name === "app" ? undefined : suggestion(name, central);
    if (meant === undefined) return [];
    return [
      {
        path: `sightline:hosts.${name}`,
        rule: "is nearly the name of a role, but an app host",
        fix: `${meant} If not, choose another name`,
      },
    ];
  });
}

/** Two names of one machine would read its logs twice and want the same ports. */
function duplicateProblems(hosts: Hosts): readonly Problem[] {
  const sites = appHosts({ hosts });
  const doubled = pairsOf(Object.keys(hosts).sort()).filter(([one, other]) => {
    if (isSameMachine({ hosts }, one, other)) return sites.includes(one) && sites.includes(other);
    const [a, b] = [hosts[one]?.address ?? "", hosts[other]?.address ?? ""];
    return a === b && !a.startsWith("127.");
  });
  return doubled.map(([one, other]) => ({
    path: `sightline:hosts.${other}`,
    rule: `must be another machine than ${one}`,
    got: `${hosts[other]?.endpoint ?? ""} at ${hosts[other]?.address ?? ""}`,
    fix: "remove one of the two, or correct its endpoint and address",
  }));
}

function pairsOf(names: readonly string[]): readonly (readonly [string, string])[] {
  return names.flatMap((one, index) =>
    names.slice(index + 1).map((other) => [one, other] as const),
  );
}

function addressProblems(name: string, host: HostSettings): readonly Problem[] {
  const { address, metrics } = host;
  // Nobody connects to a host that pushes all it has.
  if (!address.startsWith("127.") || metrics === "push") return [];
  return [
    {
      path: `sightline:hosts.${name}.address`,
      rule: "must be the private or VPN address at which the other hosts reach this one",
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

/** One machine's address cannot be listened on by another. */
function pageAddressProblems(hosts: Hosts, address: string): readonly Problem[] {
  if (address === PRIVATE || address.startsWith("127.")) return [];
  const home = homeOf({ hosts }, "monitoring");
  const elsewhere = (["grafana", "prometheus"] as const).find(
    (page) => !isSameMachine({ hosts }, homeOf({ hosts }, page), home),
  );
  if (elsewhere === undefined) return [];
  return [
    {
      path: "sightline:publish.address",
      rule: `must be ${PRIVATE} or of 127.0.0.0/8 where pages are on several machines`,
      got: `${address}, and ${elsewhere} is on ${homeOf({ hosts }, elsewhere)}`,
      fix: `pulumi config set --path sightline:publish.address ${PRIVATE}`,
    },
  ];
}

/** A machine is in one network of the site, and that of the monitoring host's machine has its setting. */
function siteNetworkOfHostProblems(
  name: string,
  { siteNetwork }: HostSettings,
): readonly Problem[] {
  if (siteNetwork === undefined) return [];
  return [
    {
      path: `sightline:hosts.${name}.siteNetwork`,
      rule: "is for a host on another machine than monitoring",
      got: JSON.stringify(siteNetwork),
      fix: `remove it, and: pulumi config set --path 'sightline:site.dockerNetwork' ${siteNetwork}`,
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
