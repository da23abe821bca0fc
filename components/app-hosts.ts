import * as pulumi from "@pulumi/pulumi";

import { appHosts, type HostName, hostOf } from "../configs/placement";
import type { Settings } from "../configs/settings/settings";
import { siteComposeOf } from "../configs/site-files/from-settings";
import { AppHost } from "./app-host";
import type { Secrets } from "./container-service-args";
import type { DockerHost } from "./docker-host";
import { dockerOf } from "./docker-hosts";
import type { Monitoring } from "./monitoring-hosts";
import { SiteFiles } from "./site-files";

/** The hosts that the site runs on, each with what watches it there. */
export function createAppHosts(parts: {
  settings: Settings;
  hosts: ReadonlyMap<HostName, DockerHost>;
  secrets: Secrets;
  monitoring: Monitoring;
}) {
  const { settings, hosts, secrets, monitoring } = parts;
  const created = appHosts(settings).map((host) => {
    const lokiPushUrl = monitoring.lokiPushUrl(host);
    const docker = dockerOf(hosts, host);
    return [host, new AppHost(host, { settings, host, docker, secrets, lokiPushUrl })] as const;
  });
  for (const host of appHosts(settings)) createSiteFiles(settings, host);
  const urls = created.map(([host, { lokiPushUrl }]) => [host, lokiPushUrl] as const);
  return {
    /** Where the agent of each host pushes logs. */
    lokiPushUrls: pulumi.output(Object.fromEntries(urls)),
  };
}

/** Only where the settings name the site's Compose file: else nothing of the site is touched. */
function createSiteFiles(settings: Settings, host: HostName): void {
  const site = siteComposeOf(settings, host);
  if (site) new SiteFiles(`${host}-site-files`, { site, host: hostOf(settings, host) });
}
