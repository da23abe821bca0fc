import type * as pulumi from "@pulumi/pulumi";

import { createAppHosts } from "./components/app-hosts";
import { checkHosts } from "./components/check-hosts";
import { createDockerHosts } from "./components/docker-hosts";
import { loadSettings } from "./components/load-settings";
import { createMonitoringHosts } from "./components/monitoring-hosts";
import { createOutsideWatch } from "./components/outside-watch";
import { skipPromiseTraces } from "./components/promise-traces";
import { createSiteFiles } from "./components/site-files";
import { createStorage } from "./components/storage";
import { createTunnel } from "./components/tunnel";

skipPromiseTraces();
const { settings, secrets } = loadSettings();
checkHosts(settings);

const tunnel = createTunnel(settings, secrets);
const hosts = createDockerHosts(settings, tunnel);
const siteFiles = createSiteFiles(settings);
const { bucket, logMounts } = createStorage(settings, siteFiles);

const monitoring = createMonitoringHosts({ settings, hosts, secrets, bucket, logMounts });
const watched = createAppHosts({ settings, hosts, secrets, monitoring, siteFiles });
createOutsideWatch(settings, monitoring.hosts);

/** Pages to open, by service. */
export const urls: pulumi.Output<Record<string, string>> = monitoring.urls;
/** Where the agents push logs, by app host. */
export const lokiPushUrls: pulumi.Output<Record<string, string>> = watched.lokiPushUrls;
/** The script of the site's pages, with its hash and the line that names it, see docs/browser.md; null where browsers do not report. */
export const browser = monitoring.browser ?? null;
/** What is being watched. */
export const site = {
  page: settings.site.pageUrl,
  api: settings.site.apiUrl,
  ...settings.site.pages,
};
