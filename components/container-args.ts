import type * as docker from "@pulumi/docker";

import { containerName, labelsOf } from "../configs/docker-spec";
import { STACK_LABEL } from "../configs/labels";
import {
  CONFIG_PATH,
  INTERNAL_NETWORKS,
  networksOf,
  SECRETS_PATH,
  type ServiceSpec,
} from "../configs/service-spec";
import type { Settings } from "../configs/settings/settings";
import { hardened } from "./container-defaults";
import type { ContainerServiceArgs } from "./container-service-args";
import type { Keeper } from "./keeper";
import { restartLabels } from "./service-keepers";

/** What a container is made from besides its spec. */
interface Parts {
  readonly image: docker.RemoteImage;
  readonly volumes: readonly docker.Volume[];
  readonly config: Keeper | undefined;
  readonly secrets: Keeper | undefined;
}

/** Everything Docker is told about a container. */
export function containerArgs(args: ContainerServiceArgs, parts: Parts): docker.ContainerArgs {
  const { spec, settings, host } = args;
  return {
    ...hardened(spec),
    ...identity(settings, spec),
    image: parts.image.name,
    labels: [...labelsOf(settings, spec), ...restartLabels(args, parts.secrets)],
    networksAdvanced: networksOf(spec).map((network) => ({
      name: host.network(network),
      // A name must lead over a network on which its owner may be talked to.
      ...(INTERNAL_NETWORKS.includes(network) ? { aliases: [spec.name] } : {}),
    })),
    volumes: [
      ...volumes(spec, parts.volumes),
      ...sharedVolumes(settings, spec),
      ...keeperMount(parts.config, CONFIG_PATH),
      ...keeperMount(parts.secrets, SECRETS_PATH),
    ],
    ...followingMounts(spec),
  };
}

function identity(settings: Settings, spec: ServiceSpec) {
  return {
    name: containerName(settings, spec.name),
    user: spec.user,
    readOnly: true,
    ...(spec.entrypoint ? { entrypoints: [...spec.entrypoint] } : {}),
    command: [...(spec.args ?? [])],
    envs: Object.entries(spec.environment ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    ports: (spec.publish ?? []).map(({ containerPort, hostPort, hostAddress }) => ({
      internal: containerPort,
      external: hostPort,
      ip: hostAddress,
    })),
    tmpfs: {
      ...inMemory(spec.temporaryPaths, "rw,noexec,nosuid,nodev,size=64m"),
      ...inMemory(spec.hiddenPaths, "ro,noexec,nosuid,nodev,size=4k"),
    },
  };
}

function inMemory(
  paths: readonly string[] = [],
  options: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path) => [path, options] as const));
}

/** A volume that outlives every replacement of its container. */
export function dataVolumeArgs(
  settings: Settings,
  spec: ServiceSpec,
  role: string,
): docker.VolumeArgs {
  return {
    name: containerName(settings, `${spec.name}-${role}`),
    labels: [{ label: STACK_LABEL, value: settings.prefix }],
  };
}

function volumes(spec: ServiceSpec, created: readonly docker.Volume[]) {
  return [
    ...(spec.volumes ?? []).map(({ path }, index) => ({
      volumeName: created[index]?.name,
      containerPath: path,
    })),
    ...(spec.hostMounts ?? [])
      .filter(({ followsHost }) => !followsHost)
      .map(({ source, target }) => ({
        hostPath: source,
        containerPath: target,
        readOnly: true,
      })),
  ];
}

function sharedVolumes(settings: Settings, { sharedVolumes: shared = [] }: ServiceSpec) {
  return shared.map(({ service, role, path, isWritable = false }) => ({
    volumeName: containerName(settings, `${service}-${role}`),
    containerPath: path,
    ...(isWritable ? {} : { readOnly: true }),
  }));
}

/** Volumes know no propagation; mounts do. */
function followingMounts({ hostMounts = [] }: ServiceSpec) {
  const following = hostMounts.filter(({ followsHost }) => followsHost);
  if (following.length === 0) return {};
  return {
    mounts: following.map(({ source, target }) => ({
      type: "bind",
      source,
      target,
      readOnly: true,
      bindOptions: { propagation: "rslave" },
    })),
  };
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
