import * as pulumi from "@pulumi/pulumi";

import { appHostSpecs } from "../configs/hosts";
import { toolOf } from "../configs/service-spec";
import type { Settings } from "../configs/settings/settings";
import { ContainerService } from "./container-service";
import type { DockerHost } from "./docker-host";

export interface AppHostArgs {
  settings: Settings;
  host: DockerHost;
  /** Where the agent pushes what it reads. */
  lokiPushUrl: pulumi.Input<string>;
}

/** The host the site runs on: an agent that reads its logs, and exporters. The site is not touched. */
export class AppHost extends pulumi.ComponentResource {
  /** The containers by name. */
  public readonly services: ReadonlyMap<string, ContainerService>;

  constructor(name: string, args: AppHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:host:AppHost", name, {}, opts);
    const { settings, host, lokiPushUrl } = args;
    const links = pulumi.output(lokiPushUrl).apply((url) => ({ lokiPushUrl: url, logBucket: "" }));

    this.services = new Map(
      appHostSpecs(settings).map((spec) => [
        spec.name,
        new ContainerService(
          `app-${toolOf(spec)}`,
          { spec, settings, host, links },
          {
            parent: this,
          },
        ),
      ]),
    );

    this.registerOutputs({});
  }
}
