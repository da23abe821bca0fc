import type { z } from "zod";

import type { Problem } from "../errors";
import type { settingsSchema } from "./schema";

type Parsed = z.output<typeof settingsSchema>;

/** Rules between settings that are each fine alone. */
export function crossFieldProblems(settings: Parsed): readonly Problem[] {
  return [
    ...placeholderProblems(settings),
    ...remoteHostProblems(settings),
    ...siteNetworkProblems(settings),
    ...routeProblems(settings),
    ...retentionProblems(settings),
  ];
}

/** The sample values of the shipped settings would send alerts to nobody. */
function placeholderProblems({ mail, allowPlaceholders }: Parsed): readonly Problem[] {
  if (allowPlaceholders || mail.kind !== "smtp") return [];
  const isPlaceholder = (value: string) => /(^|[@.])example\.(com|org|net)(:\d+)?$/.test(value);
  const values: readonly (readonly [string, string])[] = [
    ["mail.smarthost", mail.smarthost],
    ["mail.from", mail.from],
    ...mail.to.map((address, index) => [`mail.to[${index}]`, address] as const),
  ];
  return values
    .filter(([, value]) => isPlaceholder(value))
    .map(([key, value]) => ({
      path: `sightline:${key}`,
      rule: "is still the placeholder of the sample settings, so alerts would reach nobody",
      got: JSON.stringify(value),
      fix: `pulumi config set --path 'sightline:${key}' <your own>`,
    }));
}

/** A host reached over ssh needs an address the others can reach and a key we can check. */
function remoteHostProblems({ hosts }: Parsed): readonly Problem[] {
  return Object.entries(hosts).flatMap(([name, host]) => {
    if (host.endpoint === "local") return [];
    const problems: Problem[] = [];
    if (host.address.startsWith("127.")) {
      problems.push({
        path: `sightline:hosts.${name}.address`,
        rule: "must be the private or VPN address of a host that is reached over ssh",
        got: JSON.stringify(host.address),
        fix: `pulumi config set --path 'sightline:hosts.${name}.address' 10.0.0.2`,
      });
    }
    if (!host.hostKey) {
      problems.push({
        path: `sightline:hosts.${name}.hostKey`,
        rule: "must be set for a host that is reached over ssh: its key is checked, never accepted blindly",
        got: "nothing",
        fix: `ask a trusted shell on that host: cat /etc/ssh/ssh_host_ed25519_key.pub`,
      });
    }
    return problems;
  });
}

function siteNetworkProblems({ site, hosts }: Parsed): readonly Problem[] {
  if (!site.dockerNetwork || hosts.app.endpoint === hosts.monitoring.endpoint) return [];
  return [
    {
      path: "sightline:site.dockerNetwork",
      rule: "only makes sense where the site and its monitoring share one Docker host",
      got: JSON.stringify(site.dockerNetwork),
      fix: "remove it, and probe the site by its public URL",
    },
  ];
}

/** NFS carries logs between two hosts that are both reached over ssh. */
function routeProblems({ logs, hosts }: Parsed): readonly Problem[] {
  const bothRemote = [hosts.app, hosts.monitoring].every(({ endpoint }) => endpoint !== "local");
  const isTwoHosts = hosts.app.endpoint !== hosts.monitoring.endpoint;
  if (logs.route === "agent" || (bothRemote && isTwoHosts)) return [];
  return [
    {
      path: "sightline:logs.route",
      rule: "can be nfs only between two hosts that are both reached over ssh",
      got: '"nfs"',
      fix: "pulumi config set --path 'sightline:logs.route' agent",
    },
  ];
}

function retentionProblems({ intervals, metrics }: Parsed): readonly Problem[] {
  if (metrics.retention >= intervals.probe * 10) return [];
  return [
    {
      path: "sightline:metrics.retention",
      rule: "must hold at least ten probes, or the alert rules have nothing to look back on",
      got: `${metrics.retention / 1_000}s`,
      fix: 'for example "7d"',
    },
  ];
}
