import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { containerName } from "../configs/docker-spec";
import { KEEPER_IMAGE } from "../configs/keeper";
import { STACK_LABEL } from "../configs/labels";
import { type HostName, hostOf, nameOn, siteNetworkOn } from "../configs/placement";
import {
  INTERNAL_NETWORKS,
  type NetworkName,
  networksOf,
  type ServiceSpec,
} from "../configs/service-spec";
import { isLocal } from "../configs/settings/host-rules";
import type { HostSettings, Settings } from "../configs/settings/settings";
import { sshOptions } from "./ssh";

export interface DockerHostArgs {
  settings: Settings;
  /** Whose endpoint to use; its name is in those of the networks, except for the monitoring host's. */
  host: HostName;
  /** What will run here: decides which networks are needed. */
  specs: readonly ServiceSpec[];
  /** What must be there before any container. @default nothing */
  after?: readonly pulumi.Resource[];
}

/** One Docker daemon: the provider that talks to it, the networks and the keepers' image. */
export class DockerHost extends pulumi.ComponentResource {
  public readonly provider: docker.Provider;
  /** Networks by their short name, as a spec names them. */
  public readonly networks: ReadonlyMap<NetworkName, pulumi.Output<string>>;
  /** Image that every keeper of this host runs. */
  public readonly keeperImage: pulumi.Output<string>;

  constructor(name: string, args: DockerHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:host:DockerHost", name, {}, opts);
    const { settings, host, specs, after = [] } = args;

    this.provider = createProvider(name, hostOf(settings, host), {
      parent: this,
      dependsOn: [...after],
    });
    const needed = [...new Set(["data" as const, ...specs.flatMap(networksOf)])].sort();
    this.networks = new Map(
      needed.map((network) => [network, createNetwork({ name, args, network, parent: this })]),
    );
    this.keeperImage = new docker.RemoteImage(
      `${name}-keeper-image`,
      { name: settings.images.keeper ?? KEEPER_IMAGE, keepLocally: true },
      { parent: this, provider: this.provider },
    ).name;

    this.registerOutputs({ keeperImage: this.keeperImage });
  }

  /** The Docker name of a network that this host has. */
  public network(name: NetworkName): pulumi.Output<string> {
    const network = this.networks.get(name);
    if (!network) throw new Error(`this host has no network "${name}"`);
    return network;
  }
}

function createProvider(
  name: string,
  host: HostSettings,
  options: pulumi.CustomResourceOptions,
): docker.Provider {
  return new docker.Provider(
    `${name}-docker`,
    isLocal(host) ? {} : { host: host.endpoint, sshOpts: sshOptions(host) },
    options,
  );
}

function createNetwork(of: {
  name: string;
  args: DockerHostArgs;
  network: NetworkName;
  parent: DockerHost;
}): pulumi.Output<string> {
  const {
    name,
    network,
    parent,
    args: { settings, host },
  } = of;
  if (network === "site") return pulumi.output(siteNetworkOn(settings, host) ?? "");
  return new docker.Network(
    `${name}-${network}`,
    {
      name: containerName(settings, nameOn(settings, host, network)),
      internal: INTERNAL_NETWORKS.includes(network),
      // Containers that only share the way to the browser have nothing to say to each other.
      options: network === "ui" ? { "com.docker.network.bridge.enable_icc": "false" } : {},
      labels: [{ label: STACK_LABEL, value: settings.prefix }],
    },
    { parent, provider: parent.provider },
  ).name;
}
