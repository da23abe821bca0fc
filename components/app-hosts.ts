import * as pulumi from "@pulumi/pulumi";

import { appHosts, type HostName } from "../configs/placement";
import type { Settings } from "../configs/settings/settings";
import { AppHost } from "./app-host";
import type { Secrets } from "./container-service-args";
import type { DockerHost } from "./docker-host";
import { dockerOf } from "./docker-hosts";
import type { Monitoring } from "./monitoring-hosts";
import type { SiteFilesByHost } from "./site-files";

/** The hosts that the site runs on, each with what watches it there. */
export function createAppHosts(parts: {
  settings: Settings;
  hosts: ReadonlyMap<HostName, DockerHost>;
  secrets: Secrets;
  monitoring: Monitoring;
  siteFiles: SiteFilesByHost;
}) {
  const { settings, hosts, secrets, monitoring, siteFiles } = parts;
  const created = appHosts(settings).map((host) => {
    const lokiPushUrl = monitoring.lokiPushUrl(host);
    const docker = dockerOf(hosts, host);
    const args = { settings, host, docker, secrets, lokiPushUrl, siteFiles: siteFiles.get(host) };
    return [host, new AppHost(host, args)] as const;
  });
  const urls = created.map(([host, { lokiPushUrl }]) => [host, lokiPushUrl] as const);
  return {
    /** Where the agent of each host pushes logs. */
    lokiPushUrls: pulumi.output(Object.fromEntries(urls)),
  };
}
