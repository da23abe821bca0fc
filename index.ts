import type * as pulumi from "@pulumi/pulumi";

import { createAppHosts } from "./components/app-hosts";
import { checkHosts } from "./components/check-hosts";
import { createDockerHosts } from "./components/docker-hosts";
import { loadSettings } from "./components/load-settings";
import { createMonitoringHosts } from "./components/monitoring-hosts";
import { createSiteFiles } from "./components/site-files";
import { createStorage } from "./components/storage";

const { settings, secrets } = loadSettings();
checkHosts(settings);

const hosts = createDockerHosts(settings);
const siteFiles = createSiteFiles(settings);
const { bucket, logMounts } = createStorage(settings, siteFiles);

const monitoring = createMonitoringHosts({ settings, hosts, secrets, bucket, logMounts });
const watched = createAppHosts({ settings, hosts, secrets, monitoring, siteFiles });

/** Pages to open, by service. */
export const urls: pulumi.Output<Record<string, string>> = monitoring.urls;
/** Where the agents push logs, by app host. */
export const lokiPushUrls: pulumi.Output<Record<string, string>> = watched.lokiPushUrls;
/** What is being watched. */
export const site = { page: settings.site.pageUrl, api: settings.site.apiUrl };
