import * as pulumi from "@pulumi/pulumi";

import { specsOn } from "../configs/hosts";
import { isLogAgent } from "../configs/logs/agent-hosts";
import type { HostName } from "../configs/placement";
import type { Settings } from "../configs/settings/settings";
import { ContainerService } from "./container-service";
import type { Secrets } from "./container-service-args";
import type { DockerHost } from "./docker-host";
import { agentSecrets } from "./gateway-secrets";
import type { SiteFiles } from "./site-files";

export interface AppHostArgs {
  settings: Settings;
  /** Which of the hosts in the settings. */
  host: HostName;
  docker: DockerHost;
  /** Passwords of the servers that exporters read from, and what the agent's own is made from. */
  secrets: Secrets;
  /** Where the agent pushes what it reads. */
  lokiPushUrl: pulumi.Input<string>;
  /** Makes folders that the agent reads: Docker would make those that are missing, as root's. @default none */
  siteFiles?: SiteFiles | undefined;
}

/** A host the site runs on: an agent that reads its logs, and exporters. The site is not touched. */
export class AppHost extends pulumi.ComponentResource {
  /** Where its agent pushes logs. */
  public readonly lokiPushUrl: pulumi.Output<string>;
  /** The containers by name. */
  public readonly services: ReadonlyMap<string, ContainerService>;

  constructor(name: string, args: AppHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:host:AppHost", name, {}, opts);
    const { settings, host, docker, siteFiles } = args;
    this.lokiPushUrl = pulumi.output(args.lokiPushUrl);
    const links = this.lokiPushUrl.apply((url) => ({ lokiPushUrl: url, logBucket: "" }));
    const secrets = { ...args.secrets, ...agentSecrets(settings, host, args.secrets) };
    // A component as a dependency means its children, and here it is the children that depend.
    const after = siteFiles ? [siteFiles.nodes.command] : [];

    this.services = new Map(
      specsOn(settings, host).map((spec) => [
        spec.name,
        new ContainerService(
          spec.name,
          {
            ...{ spec, settings, host: docker, links, secrets },
            ...(isLogAgent(settings, spec) ? { after } : {}),
          },
          { parent: this },
        ),
      ]),
    );

    this.registerOutputs({ lokiPushUrl: this.lokiPushUrl });
  }
}
