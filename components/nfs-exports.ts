import { Command } from "@pulumi/command/remote/command";
import * as pulumi from "@pulumi/pulumi";

import { exportLines, exportScript, unexportScript } from "../configs/nfs/exports";
import { fstabLines, mountScript, unmountScript } from "../configs/nfs/mounts";
import { appHosts, homeOf, hostOf } from "../configs/placement";
import type { HostSettings, Settings } from "../configs/settings/settings";
import { commandConnection } from "./ssh";

export interface NfsExportsArgs {
  settings: Settings;
  /** What makes the folders that are exported. @default they are there */
  after?: readonly pulumi.Resource[];
}

/** The site's log folders, exported by the app host and mounted on the monitoring host. */
export class NfsExports extends pulumi.ComponentResource {
  /** Underlying resources: what depends on the mounts depends on `nodes.mounts`. */
  public readonly nodes: { exports: Command; mounts: Command };

  constructor(name: string, args: NfsExportsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:storage:NfsExports", name, {}, opts);
    const { settings, after = [] } = args;
    const monitoring = hostOf(settings, homeOf(settings, "monitoring"));
    const [site = ""] = appHosts(settings);

    const exports_ = new Command(
      `${name}-export`,
      {
        ...common(hostOf(settings, site)),
        create: exportScript,
        delete: unexportScript,
        stdin: exportLines(settings),
      },
      { parent: this, dependsOn: [...after] },
    );
    const mounts = new Command(
      `${name}-mount`,
      {
        ...common(monitoring),
        create: mountScript,
        delete: unmountScript,
        stdin: fstabLines(settings),
      },
      { parent: this, dependsOn: exports_ },
    );

    this.nodes = { exports: exports_, mounts };
    this.registerOutputs({});
  }
}

/** No `update` and no triggers: an edit runs `create` again in place, and every script may be repeated. */
function common(host: HostSettings) {
  return { connection: commandConnection(host), addPreviousOutputInEnv: false };
}
