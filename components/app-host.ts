import * as pulumi from "@pulumi/pulumi";

import { specsOn } from "../configs/hosts";
import type { HostName } from "../configs/placement";
import type { Settings } from "../configs/settings/settings";
import { ContainerService } from "./container-service";
import type { Secrets } from "./container-service-args";
import type { DockerHost } from "./docker-host";
import { agentSecrets } from "./gateway-secrets";

export interface AppHostArgs {
  settings: Settings;
  /** Which of the hosts in the settings. */
  host: HostName;
  docker: DockerHost;
  /** Passwords of the servers that exporters read from, and what the agent's own is made from. */
  secrets: Secrets;
  /** Where the agent pushes what it reads. */
  lokiPushUrl: pulumi.Input<string>;
}

/** A host the site runs on: an agent that reads its logs, and exporters. The site is not touched. */
export class AppHost extends pulumi.ComponentResource {
  /** Where its agent pushes logs. */
  public readonly lokiPushUrl: pulumi.Output<string>;
  /** The containers by name. */
  public readonly services: ReadonlyMap<string, ContainerService>;

  constructor(name: string, args: AppHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:host:AppHost", name, {}, opts);
    const { settings, host, docker } = args;
    this.lokiPushUrl = pulumi.output(args.lokiPushUrl);
    const links = this.lokiPushUrl.apply((url) => ({ lokiPushUrl: url, logBucket: "" }));
    const secrets = { ...args.secrets, ...agentSecrets(settings, host, args.secrets) };

    this.services = new Map(
      specsOn(settings, host).map((spec) => [
        spec.name,
        new ContainerService(
          spec.name,
          { spec, settings, host: docker, links, secrets },
          { parent: this },
        ),
      ]),
    );

    this.registerOutputs({ lokiPushUrl: this.lokiPushUrl });
  }
}
