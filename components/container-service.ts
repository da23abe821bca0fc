import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { containerName, imageOf, labelsOf } from "../configs/docker-spec";
import { STACK_LABEL } from "../configs/labels";
import {
  CONFIG_PATH,
  INTERNAL_NETWORKS,
  networksOf,
  SECRETS_PATH,
  type ServiceSpec,
} from "../configs/service-spec";
import type { Settings } from "../configs/settings/settings";
import { hardened, replacedWhole } from "./container-defaults";
import type { ContainerServiceArgs } from "./container-service-args";
import type { Keeper } from "./keeper";
import { createConfigKeeper, createSecretsKeeper, restartLabels } from "./service-keepers";

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
      ({ role }) =>
        new docker.Volume(`${name}-${role}`, dataVolume(settings, spec, role), {
          ...child,
          protect: settings.protectData,
        }),
    );
    const config = createConfigKeeper(name, args, this);
    const secrets = createSecretsKeeper(name, args, this);
    const keepers = [config, secrets].filter((keeper) => keeper !== undefined);

    const container = new docker.Container(
      `${name}-container`,
      {
        ...hardened(spec),
        ...identity(settings, spec),
        image: image.name,
        labels: [...labelsOf(settings, spec), ...restartLabels(args)],
        networksAdvanced: networksOf(spec).map((network) => ({
          name: host.network(network),
          // A name must lead over a network on which its owner may be talked to.
          ...(INTERNAL_NETWORKS.includes(network) ? { aliases: [spec.name] } : {}),
        })),
        volumes: [
          ...mounts(spec, volumes),
          ...keeperMount(config, CONFIG_PATH),
          ...keeperMount(secrets, SECRETS_PATH),
        ],
      },
      {
        ...child,
        ...replacedWhole,
        dependsOn: [...keepers.map(({ nodes }) => nodes.container), ...(args.after ?? [])],
      },
    );

    this.nodes = { image, container, volumes, keepers };
    this.internalUrl = pulumi.interpolate`http://${container.name.apply(() => spec.name)}:${spec.port}`;
    this.registerOutputs({ internalUrl: this.internalUrl });
  }
}

function identity(settings: Settings, spec: ServiceSpec) {
  return {
    name: containerName(settings, spec.name),
    user: spec.user,
    readOnly: true,
    command: [...(spec.args ?? [])],
    envs: Object.entries(spec.environment ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    ports: (spec.publish ?? []).map(({ containerPort, hostPort, hostAddress }) => ({
      internal: containerPort,
      external: hostPort,
      ip: hostAddress,
    })),
    tmpfs: Object.fromEntries(
      (spec.temporaryPaths ?? []).map((path) => [path, "rw,noexec,nosuid,nodev,size=64m"]),
    ),
  };
}

function dataVolume(settings: Settings, spec: ServiceSpec, role: string): docker.VolumeArgs {
  return {
    name: containerName(settings, `${spec.name}-${role}`),
    labels: [{ label: STACK_LABEL, value: settings.prefix }],
  };
}

function mounts(spec: ServiceSpec, volumes: readonly docker.Volume[]) {
  return [
    ...(spec.volumes ?? []).map(({ path }, index) => ({
      volumeName: volumes[index]?.name,
      containerPath: path,
    })),
    ...(spec.hostMounts ?? []).map(({ source, target }) => ({
      hostPath: source,
      containerPath: target,
      readOnly: true,
    })),
  ];
}

/** A keeper's volume, mounted so that `<path>` is the folder its `current` link points to. */
function keeperMount(keeper: Keeper | undefined, path: string) {
  return keeper
    ? [
        {
          volumeName: keeper.volumeName,
          containerPath: path.replace(/\/current$/, ""),
          readOnly: true,
        },
      ]
    : [];
}
