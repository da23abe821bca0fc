import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { imageOf } from "../configs/docker-spec";
import { containerArgs, dataVolumeArgs } from "./container-args";
import { replacedWhole } from "./container-defaults";
import type { ContainerServiceArgs } from "./container-service-args";
import type { Keeper } from "./keeper";
import { createConfigKeeper, createSecretsKeeper } from "./service-keepers";
import { createTrial } from "./service-trial";

/** One container with everything that belongs to it: image, volumes, configuration, secrets. */
export class ContainerService extends pulumi.ComponentResource {
  /** `http://<service>:<port>` inside the host's networks; known when the container is healthy. */
  public readonly internalUrl: pulumi.Output<string>;
  /** Underlying resources, for tests. */
  public readonly nodes: {
    image: docker.RemoteImage;
    container: docker.Container;
    volumes: readonly docker.Volume[];
    keepers: readonly Keeper[];
  };

  constructor(name: string, args: ContainerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(`sightline:service:${args.spec.kind}`, name, {}, opts);
    const { spec, settings, host } = args;
    const child = { parent: this, provider: host.provider };

    const image = new docker.RemoteImage(
      `${name}-image`,
      { name: imageOf(settings, spec), keepLocally: true },
      child,
    );
    const volumes = (spec.volumes ?? []).map(
      ({ role, isCache = false }) =>
        new docker.Volume(`${name}-${role}`, dataVolumeArgs(settings, spec, role), {
          ...child,
          protect: settings.protectData && !isCache,
        }),
    );
    const secrets = createSecretsKeeper(name, args, this);
    const config = createConfigKeeper(name, args, { parent: this, secrets });
    const keepers = [config, secrets].filter((keeper) => keeper !== undefined);
    const trial = createTrial(name, args, { image, config, secrets, parent: this });

    const container = new docker.Container(
      `${name}-container`,
      containerArgs(args, { image, volumes, config, secrets }),
      {
        ...child,
        ...replacedWhole,
        dependsOn: [
          ...keepers.map(({ nodes }) => nodes.container),
          ...(trial ? [trial] : []),
          ...(args.after ?? []),
        ],
      },
    );

    this.nodes = { image, container, volumes, keepers };
    this.internalUrl = pulumi.interpolate`http://${container.name.apply(() => spec.name)}:${spec.port}`;
    this.registerOutputs({ internalUrl: this.internalUrl });
  }
}
