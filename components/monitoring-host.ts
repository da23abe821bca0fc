import * as pulumi from "@pulumi/pulumi";

import { lokiPushUrl } from "../configs/central";
import { withDashboards } from "../configs/dashboards/community";
import { specsOn } from "../configs/hosts";
import { isLogAgent } from "../configs/logs/agent-hosts";
import type { HostName } from "../configs/placement";
import type { ServiceSpec } from "../configs/service-spec";
import type { Settings } from "../configs/settings/settings";
import { communityDashboards } from "./community-dashboards";
import { ContainerService } from "./container-service";
import type { Secrets } from "./container-service-args";
import type { DockerHost } from "./docker-host";
import { gatewaySecrets } from "./gateway-secrets";
import type { LogBucket } from "./log-bucket";
import type { NfsExports } from "./nfs-exports";

export interface MonitoringHostArgs {
  settings: Settings;
  /** Which of the hosts in the settings. */
  host: HostName;
  docker: DockerHost;
  secrets: Secrets;
  /** Where Loki keeps logs in the cloud. @default a volume of the host */
  bucket?: LogBucket | undefined;
  /** Mounts that its containers read; a container that comes first would see empty folders. @default none */
  logMounts?: readonly NfsExports[];
}

/** A host that stores, judges, notifies or shows: all of it, or what is placed on it. */
export class MonitoringHost extends pulumi.ComponentResource {
  /** The containers by name. */
  public readonly services: ReadonlyMap<string, ContainerService>;

  constructor(name: string, args: MonitoringHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:host:MonitoringHost", name, {}, opts);
    const { settings, host, docker, bucket, logMounts } = args;
    const secrets = {
      ...args.secrets,
      ...gatewaySecrets(settings, args.secrets),
      ...bucket?.secrets,
    };
    // A component as a dependency means its children, and here it is the children that depend.
    const after = (logMounts ?? []).map(({ nodes }) => nodes.mounts);
    const links = pulumi.output({
      lokiPushUrl: lokiPushUrl(settings, host),
      logBucket: bucket?.bucketName ?? "",
    });

    const services = new Map<string, ContainerService>();
    for (const spec of deployedSpecs(settings, host)) {
      const first = [
        ...after,
        ...sharedVolumes(spec, services),
        ...(isLogAgent(settings, spec) ? logStore(services) : []),
      ];
      const service = new ContainerService(
        spec.name,
        { spec, settings, host: docker, links, secrets, after: first },
        { parent: this },
      );
      services.set(spec.name, service);
    }
    this.services = services;

    this.registerOutputs({});
  }

  /** A container of this host. */
  public service(name: string): ContainerService {
    const service = this.services.get(name);
    if (!service) throw new Error(`this host has no service "${name}"`);
    return service;
  }
}

/** Docker would make a volume that is not there yet, and nobody's. */
function sharedVolumes(
  { name, sharedVolumes: shared = [] }: ServiceSpec,
  services: ReadonlyMap<string, ContainerService>,
) {
  return shared.flatMap(({ service }) => {
    const owner = services.get(service);
    if (!owner) throw new Error(`${name} reads a volume of ${service}, which does not come before`);
    return owner.nodes.volumes;
  });
}

/** An agent that outlives its store tries for half a minute to bring it the last lines, and is then killed. */
function logStore(services: ReadonlyMap<string, ContainerService>) {
  const store = services.get("loki");
  return store ? [store.nodes.container] : [];
}

/** The containers, the log agent last; Grafana's with the community dashboards that were fetched for it. */
function deployedSpecs(settings: Settings, host: HostName): readonly ServiceSpec[] {
  const specs = specsOn(settings, host).map((spec) =>
    spec.name === "grafana" ? withDashboards(spec, communityDashboards(settings)) : spec,
  );
  const isAgent = (spec: ServiceSpec) => isLogAgent(settings, spec);
  return [...specs.filter((spec) => !isAgent(spec)), ...specs.filter(isAgent)];
}
