import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

import type { types } from "@pulumi/command";

import type { HostSettings } from "../configs/settings/settings";

/** How long a host may take to answer a connection. */
export const CONNECT_TIMEOUT_SECONDS = 5;

/** Who is logged in where. */
export interface SshEndpoint {
  readonly user: string;
  readonly hostname: string;
  readonly port: number;
}

/** The parts of `ssh://user@host[:port]`. */
export function sshEndpoint({ endpoint }: Pick<HostSettings, "endpoint">): SshEndpoint {
  const { protocol, hostname, port, username } = new URL(endpoint);
  if (protocol !== "ssh:") throw new Error(`${endpoint} is not reached over ssh`);
  return { user: username, hostname, port: port === "" ? 22 : Number(port) };
}

/**
 * Options of every `ssh` that reaches a host. They are in the state, and `destroy` takes them from there
 * on whatever machine it runs: no path of this one is among them, but for that of the settings.
 */
export function sshOptions(host: HostSettings): string[] {
  return [
    ...(host.identityFile ? ["-i", host.identityFile, "-o", "IdentitiesOnly=yes"] : []),
    ...options({
      BatchMode: "yes",
      ...knownHost(host),
      ConnectTimeout: CONNECT_TIMEOUT_SECONDS,
      // A link that drops everything ends an update instead of hanging it.
      ServerAliveInterval: 15,
      ServerAliveCountMax: 3,
      ...shared(host),
    }),
  ];
}

/** A command line that runs a program on a host. Its words are read by the login shell there. */
export function sshCommand(host: HostSettings, words: readonly string[]): readonly string[] {
  const { user, hostname, port } = sshEndpoint(host);
  return ["ssh", "-l", user, "-p", `${port}`, ...sshOptions(host), "-T", "--", hostname, ...words];
}

/** The same for resources of the command plugin, which speaks ssh by itself. */
export function commandConnection(host: HostSettings): types.input.remote.ConnectionArgs {
  const { user, hostname, port } = sshEndpoint(host);
  const { hostKey, identityFile } = host;
  return {
    host: hostname,
    port,
    user,
    ...(hostKey ? { hostKey } : {}),
    // A preview may run where there is no key.
    ...(identityFile && existsSync(identityFile)
      ? { privateKey: readFileSync(identityFile, "utf8") }
      : {}),
    dialErrorLimit: 3,
    perDialTimeout: 10,
  };
}

function options(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** A key that is not the host's ends the connection; the settings' key is the only one that counts. */
function knownHost({ hostKey }: HostSettings) {
  return {
    StrictHostKeyChecking: "yes",
    ...(hostKey
      ? {
          UserKnownHostsFile: "/dev/null",
          GlobalKnownHostsFile: "/dev/null",
          KnownHostsCommand: `/bin/echo %H ${hostKey}`,
        }
      : {}),
  };
}

/**
 * One connection for all: a server turns away some of those that come at once. Its socket is in the home
 * folder, which nobody else can write to and which exists, and is short, as sockets' paths must be. Its
 * name has what the connection was checked against: with another key of the host there is another one.
 */
function shared({ endpoint, hostKey, identityFile }: HostSettings) {
  const checked = JSON.stringify([endpoint, hostKey, identityFile]);
  const name = createHash("sha256").update(checked).digest("hex").slice(0, 16);
  return { ControlMaster: "auto", ControlPersist: 30, ControlPath: `~/.sightline-${name}` };
}
