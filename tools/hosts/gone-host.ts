import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { ConfigError } from "../../configs/errors";
import { appHosts } from "../../configs/placement";
import { checkoutState } from "../lib/paths";
import { dockerName, type ExportedState, withoutHostsResources } from "../stack/forget-host";
import type { LocalStack } from "../stack/stack";
import { shownKeys } from "./host-key";
import type { Hosts } from "./host-settings";

/**
 * A host that answers is not gone: what runs there would run on, and nobody would know of it. Another
 * machine at its address is not the host.
 *
 * @throws ConfigError when it shows the key that the settings have of it
 */
export async function refuseLivingHost(hosts: Hosts, name: string): Promise<void> {
  const { endpoint = "local", hostKey } = hosts[name] ?? {};
  if (hostKey === undefined || !endpoint.startsWith("ssh:")) return;
  if (!(await shownKeys(endpoint)).includes(hostKey)) return;
  throw new ConfigError([
    {
      path: `sightline:hosts.${name}`,
      rule: "is not gone: it answers with its own key, and its containers would run on",
      got: endpoint,
      fix: "leave out --gone; where its Docker cannot be repaired, shut it down first",
    },
  ]);
}

/** Names of resources on a host that do not have its name: the first app host exports the logs. */
export function sharedResources(hosts: Hosts, name: string): readonly string[] {
  return appHosts({ hosts })[0] === name ? ["nfs-export"] : [];
}

/**
 * Takes all resources of a host out of the stack's state, which is kept in a file first. Nothing is
 * asked of the host.
 *
 * @param parts.also see {@link sharedResources}. @default none
 * @param parts.folder for the copy of the state. @default `.sightline/states`
 * @returns what was done, in lines for people
 */
export async function forgetHost(
  stack: LocalStack,
  host: string,
  parts: { readonly also?: readonly string[]; readonly folder?: string } = {},
): Promise<readonly string[]> {
  const { also = [], folder = path.join(checkoutState, "states") } = parts;
  const before = await stack.exportState();
  const { rest, forgotten } = withoutHostsResources(
    JSON.parse(before) as ExportedState,
    host,
    also,
  );
  if (forgotten.length === 0) return [`the state of ${stack.name} has nothing of ${host}`];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const time = new Date().toISOString().replace(/[:.]/g, "-");
  const file = path.join(folder, `${stack.name}-with-${host}-${time}.json`);
  await writeFile(file, before, { mode: 0o600 });
  await stack.importState(JSON.stringify(rest));
  const names = forgotten.flatMap((resource) => dockerName(resource) ?? []).sort();
  return [
    `forgotten, ${forgotten.length} resources of ${host}, among them:`,
    ...names.map((name) => `  ${name}`),
    `the state of before is in ${file}; to have it back:`,
    `  pulumi stack import --stack ${stack.name} --file ${file}`,
  ];
}
