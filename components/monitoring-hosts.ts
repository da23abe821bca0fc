import * as pulumi from "@pulumi/pulumi";

import { type BrowserScript, browserScript } from "../configs/browser/logger";
import { lokiPushUrl } from "../configs/central";
import { type Page, pageUrl } from "../configs/pages";
import { centralHosts, homeOf, type HostName } from "../configs/placement";
import type { Settings } from "../configs/settings/settings";
import type { DockerHost } from "./docker-host";
import { dockerOf } from "./docker-hosts";
import { MonitoringHost, type MonitoringHostArgs } from "./monitoring-host";

type Parts = Omit<MonitoringHostArgs, "docker" | "host"> & {
  hosts: ReadonlyMap<HostName, DockerHost>;
};

/** What the rest of the program needs of monitoring. */
export interface Monitoring {
  /** All that was deployed, for what comes after it. */
  readonly hosts: readonly MonitoringHost[];
  /** Where the agents of a host push logs; known when Loki is healthy, and the gateway where there is one. */
  readonly lokiPushUrl: (from: HostName) => pulumi.Output<string>;
  /** Pages for people, by service. */
  readonly urls: pulumi.Output<Record<string, string>>;
  /** The script of the site's pages; undefined where browsers do not report. */
  readonly browser: BrowserScript | undefined;
}

/** Everything that stores, judges, notifies and shows, on the hosts where the settings place it. */
export function createMonitoringHosts({ hosts, ...parts }: Parts): Monitoring {
  const { settings } = parts;
  const created = new Map(
    centralHosts(settings).map((host) => [
      host,
      new MonitoringHost(host, { ...parts, host, docker: dockerOf(hosts, host) }),
    ]),
  );
  const service = (name: string) => created.get(homeOf(settings, name))?.service(name);
  const doors = ["loki", ...(settings.gateway.enabled ? ["gateway"] : [])].map(service);
  return {
    hosts: [...created.values()],
    lokiPushUrl: (from) =>
      pulumi.all(doors.map((door) => door?.internalUrl)).apply(() => lokiPushUrl(settings, from)),
    urls: pulumi.output(pageUrls(settings)),
    browser: browserScript(settings),
  };
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
