import * as local from "@pulumi/command/local/command";
import * as remote from "@pulumi/command/remote/command";
import * as pulumi from "@pulumi/pulumi";

import { appHosts, type HostName, hostOf } from "../configs/placement";
import { isLocal } from "../configs/settings/host-rules";
import type { HostSettings, Settings } from "../configs/settings/settings";
import { siteComposeOf } from "../configs/site-files/from-settings";
import type { SiteCompose } from "../configs/site-files/site-compose";
import { siteFilesScript } from "./site-files/script";
import { commandConnection } from "./ssh";

export interface SiteFilesArgs {
  site: SiteCompose;
  /** The host that the site's folder is on. */
  host: HostSettings;
}

/** What is put beside the Compose file of a site that somebody else wrote, and taken back on destroy. */
export class SiteFiles extends pulumi.ComponentResource {
  /** What was done: its last line has the site's downtime, where the site was recreated. */
  public readonly report: pulumi.Output<string>;
  public readonly nodes: { command: local.Command | remote.Command };

  constructor(name: string, args: SiteFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:host:SiteFiles", name, {}, opts);
    const command = createCommand(name, args, this);

    this.nodes = { command };
    this.report = command.stdout;
    this.registerOutputs({ report: this.report });
  }
}

export type SiteFilesByHost = ReadonlyMap<HostName, SiteFiles>;

/** Only where the settings name the site's Compose file: else nothing of the site is touched. */
export function createSiteFiles(settings: Settings): SiteFilesByHost {
  return new Map(
    appHosts(settings).flatMap((host) => {
      const site = siteComposeOf(settings, host);
      const args = site && { site, host: hostOf(settings, host) };
      return args ? [[host, new SiteFiles(`${host}-site-files`, args)] as const] : [];
    }),
  );
}

/** An edit runs `create` again, which may be repeated; in another folder or host, undo comes first. */
function createCommand(name: string, { site, host }: SiteFilesArgs, parent: SiteFiles) {
  const inputs = {
    create: "sh -s put",
    delete: "sh -s undo",
    stdin: siteFilesScript(site),
    triggers: [host.endpoint, site.directory],
    addPreviousOutputInEnv: false,
  };
  const opts = { parent, deleteBeforeReplace: true };
  return isLocal(host)
    ? new local.Command(`${name}-command`, inputs, opts)
    : new remote.Command(
        `${name}-command`,
        { ...inputs, connection: commandConnection(host) },
        opts,
      );
}
