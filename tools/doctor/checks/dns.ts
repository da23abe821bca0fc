import { isIP } from "node:net";

import { homeOf, siteNetworkOn } from "../../../configs/placement";
import { quoted } from "../../../configs/preflight/fact-script";
import type { Settings } from "../../../configs/settings/settings";
import type { Check, Examined } from "../check";
import { type Finding, fine, problem, unknown } from "../finding";
import { type SiteUrl, siteUrls } from "../site-urls";

/** What the monitoring host knows of names. */
export interface NamesThere {
  /** Of the site's Docker network, where there is one: its containers by all that they are called there. */
  readonly containers: ReadonlyMap<string, string>;
  readonly addresses: ReadonlyMap<string, readonly string[]>;
}

export const dns: Check = {
  name: "dns",
  looksAt: "whether the monitoring host knows the names in the site's URLs, by DNS or by Docker",
  limitSeconds: 20,
  run: async ({ settings, onHost }, signal) => {
    const host = homeOf(settings, "blackbox-exporter");
    const urls = siteUrls(settings);
    const names = [...new Set(urls.map(({ url }) => bare(url)))].filter((name) => isIP(name) === 0);
    return dnsFindings(settings, host, await askNames({ settings, onHost }, names, signal));
  },
};

/** What the host of the site's checks knows of names; nothing where it has no way to ask. */
export async function askNames(
  { settings, onHost }: Pick<Examined, "settings" | "onHost">,
  names: readonly string[],
  signal: AbortSignal,
): Promise<NamesThere | undefined> {
  const host = homeOf(settings, "blackbox-exporter");
  const script = nameScript(names, siteNetworkOn(settings, host));
  const { exitCode, stdout, stderr } = await onHost(host, script, signal);
  if (stdout.includes(END)) return readNames(stdout);
  const said = stderr.trim().split("\n").at(-1) || `exit status ${exitCode ?? "none"}`;
  throw new Error(`${host} says: ${said}`);
}

/** What to say of each URL's name. */
export function dnsFindings(
  settings: Settings,
  host: string,
  there: NamesThere | undefined,
): readonly Finding[] {
  const network = siteNetworkOn(settings, host);
  return siteUrls(settings).map((one) => {
    const name = bare(one.url);
    if (isIP(name) !== 0) return fine(one.path, `${name} is an address`);
    if (there === undefined) {
      const fix = `ask on that host: ping -c 1 ${name}`;
      return unknown(one.path, `${host} has no getent to ask for ${name}`, fix);
    }
    const container = there.containers.get(name);
    if (container !== undefined) {
      return fine(one.path, `${name} is the container ${container} on ${network ?? ""}`);
    }
    const addresses = there.addresses.get(name) ?? [];
    if (addresses.length > 0) return fine(one.path, `${name} is ${addresses.join(", ")}`);
    return problem(nobodyKnows(one, { name, host, network }));
  });
}

function nobodyKnows(
  { path }: SiteUrl,
  of: { readonly name: string; readonly host: string; readonly network: string | undefined },
) {
  const { name, host, network } = of;
  const isDockers = network !== undefined && !name.includes(".");
  return {
    path,
    rule: isDockers
      ? `must have the name of a container on ${network}, or one that ${host} finds by DNS`
      : `must have a name that ${host} finds by DNS`,
    got: name,
    fix: isDockers
      ? `start the site, or look what its containers are called: docker network inspect ${network}`
      : `correct the name, or its DNS; on that host: getent hosts ${name}`,
  };
}

const END = "sightline-names-end";
const NO_GETENT = "no-getent";

function nameScript(names: readonly string[], network: string | undefined): string {
  const container = `{{.Name}}{{with index .NetworkSettings.Networks "NETWORK"}}{{range .Aliases}} {{.}}{{end}}{{end}}`;
  return [
    'PATH="$PATH:/usr/local/bin"',
    ...(network === undefined
      ? []
      : [
          `ids=$(docker network inspect --format '{{range $id, $_ := .Containers}}{{$id}} {{end}}' ${quoted(network)} 2>/dev/null </dev/null)`,
          `[ -z "$ids" ] || docker inspect --format ${quoted(container.replace("NETWORK", network))} $ids 2>/dev/null </dev/null | sed 's/^/container /'`,
        ]),
    `command -v getent >/dev/null || echo ${NO_GETENT}`,
    ...names.map((name) => {
      const line = `"address ${name} " $1`;
      return `getent ahosts ${quoted(name)} 2>/dev/null </dev/null | awk '{ print ${line} }' | sort -u`;
    }),
    `echo ${END}`,
    "",
  ].join("\n");
}

/** Reads what the script printed; nothing where the host has no way to ask for names. */
export function readNames(output: string): NamesThere | undefined {
  const lines = output.split("\n").map((line) => line.trim().split(" "));
  if (lines.some(([first]) => first === NO_GETENT)) return undefined;
  const containers = new Map<string, string>();
  const addresses = new Map<string, string[]>();
  for (const [kind, first = "", ...rest] of lines) {
    if (kind === "container") {
      const name = first.replace(/^\//, "");
      for (const alias of [name, ...rest]) containers.set(alias, name);
    }
    if (kind === "address") addresses.set(first, [...(addresses.get(first) ?? []), ...rest]);
  }
  return { containers, addresses };
}

/** An IPv6 address stands in brackets in a URL. */
function bare({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}
