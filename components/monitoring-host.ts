import * as pulumi from "@pulumi/pulumi";

import { withDashboards } from "../configs/dashboards/community";
import { monitoringHostSpecs } from "../configs/hosts";
import { type Page, pageUrl } from "../configs/pages";
import { isOneHost } from "../configs/placement";
import type { ServiceSpec } from "../configs/service-spec";
import type { Settings } from "../configs/settings/settings";
import { communityDashboards } from "./community-dashboards";
import { ContainerService } from "./container-service";
import type { Secrets } from "./container-service-args";
import type { DockerHost } from "./docker-host";
import type { LogBucket } from "./log-bucket";
import type { NfsExports } from "./nfs-exports";

export interface MonitoringHostArgs {
  settings: Settings;
  host: DockerHost;
  secrets: Secrets;
  /** Where Loki keeps logs in the cloud. @default a volume of the host */
  bucket?: LogBucket | undefined;
  /** Mounts that its containers read; a container that comes first would see empty folders. @default none */
  logMounts?: readonly NfsExports[];
}

/** Everything that stores, judges, notifies and shows. */
export class MonitoringHost extends pulumi.ComponentResource {
  /** Where agents push logs; known when Loki is healthy. */
  public readonly lokiPushUrl: pulumi.Output<string>;
  /** Pages for people, by service. */
  public readonly urls: pulumi.Output<Record<string, string>>;
  /** The containers by name. */
  public readonly services: ReadonlyMap<string, ContainerService>;

  constructor(name: string, args: MonitoringHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:host:MonitoringHost", name, {}, opts);
    const { settings, host, secrets, bucket, logMounts } = args;
    // A component as a dependency means its children, and here it is the children that depend.
    const after = logMounts?.map(({ nodes }) => nodes.mounts);
    const links = pulumi.output({
      // The monitoring host's own agent reaches Loki by its name.
      lokiPushUrl: pushUrl("http://loki:3100"),
      logBucket: bucket?.bucketName ?? "",
    });

    this.services = new Map(
      deployedSpecs(settings).map((spec) => [
        spec.name,
        new ContainerService(
          spec.name,
          { spec, settings, host, links, secrets, ...(after ? { after } : {}) },
          { parent: this },
        ),
      ]),
    );
    this.lokiPushUrl = this.service("loki").internalUrl.apply((url) =>
      pushUrl(isOneHost(settings) ? url : publicLokiUrl(settings)),
    );
    this.urls = pulumi.output(pageUrls(settings));

    this.registerOutputs({ lokiPushUrl: this.lokiPushUrl, urls: this.urls });
  }

  private service(name: string): ContainerService {
    const service = this.services.get(name);
    if (!service) throw new Error(`the monitoring host has no service "${name}"`);
    return service;
  }
}

/** The containers, Grafana's with the community dashboards that were fetched for it. */
function deployedSpecs(settings: Settings): readonly ServiceSpec[] {
  return monitoringHostSpecs(settings).map((spec) =>
    spec.name === "grafana" ? withDashboards(spec, communityDashboards(settings)) : spec,
  );
}

function pushUrl(lokiUrl: string): string {
  return `${lokiUrl}/loki/api/v1/push`;
}

/** Loki as other hosts reach it: on the private or VPN address, never a public one. */
function publicLokiUrl({ hosts, publish }: Settings): string {
  return `http://${hosts.monitoring.address}:${publish.loki}`;
}

function pageUrls(settings: Settings): Record<string, string> {
  const url = (page: Page) => pageUrl(settings, page);
  return {
    alertmanager: url("alertmanager"),
    prometheus: url("prometheus"),
    ...(settings.grafana.enabled ? { grafana: url("grafana") } : {}),
    ...(settings.mail.kind === "catcher" ? { mail: url("mail") } : {}),
  };
}
