import { Command } from "@pulumi/command/remote/command";
import * as pulumi from "@pulumi/pulumi";

import { type HostName, hostOf } from "../configs/placement";
import type { Settings } from "../configs/settings/settings";
import { tunnelScript, untunnelScript } from "../configs/wireguard/scripts";
import {
  peerConfig,
  serverConfig,
  tunnelledHosts,
  tunnelServer,
} from "../configs/wireguard/tunnel";
import type { Secrets } from "./container-service-args";
import { secretOf } from "./secret-of";
import { commandConnection } from "./ssh";

export interface TunnelArgs {
  settings: Settings;
  secrets: Secrets;
}

/** WireGuard on the monitoring host, and on the hosts that are its peers. */
export class Tunnel extends pulumi.ComponentResource {
  /** What brings up a host's end: what listens on its address in the tunnel depends on it. */
  public readonly ends: ReadonlyMap<HostName, Command>;

  constructor(name: string, args: TunnelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:host:Tunnel", name, {}, opts);
    const { settings, secrets } = args;
    const secret = secretOf(secrets, "wireguardSecret");
    const end = (host: HostName, config: (secret: string) => string) =>
      [
        host,
        new Command(
          `${name}-${host}`,
          {
            connection: commandConnection(hostOf(settings, host)),
            create: tunnelScript,
            delete: untunnelScript,
            stdin: pulumi.secret(secret.apply(config)),
            addPreviousOutputInEnv: false,
          },
          { parent: this },
        ),
      ] as const;

    this.ends = new Map([
      end(tunnelServer(settings), (value) => serverConfig(settings, value)),
      ...tunnelledHosts(settings).map((host) =>
        end(host, (value) => peerConfig(settings, value, host)),
      ),
    ]);
    this.registerOutputs({});
  }
}

/** The tunnel, where the settings want one. */
export function createTunnel(settings: Settings, secrets: Secrets): Tunnel | undefined {
  return settings.wireguard.enabled ? new Tunnel("tunnel", { settings, secrets }) : undefined;
}
