import type * as pulumi from "@pulumi/pulumi";

import { AppHost } from "./components/app-host";
import { createDockerHosts } from "./components/docker-hosts";
import { loadSettings } from "./components/load-settings";
import { MonitoringHost } from "./components/monitoring-host";
import { createStorage } from "./components/storage";

const { settings, secrets } = loadSettings();

const hosts = createDockerHosts(settings);
const { bucket, logMounts } = createStorage(settings);

const monitoring = new MonitoringHost("monitoring", {
  settings,
  host: hosts.monitoring,
  secrets,
  bucket,
  logMounts,
});
new AppHost("app", { settings, host: hosts.app, lokiPushUrl: monitoring.lokiPushUrl });

/** Pages to open, by service. */
export const urls: pulumi.Output<Record<string, string>> = monitoring.urls;
/** Where agents push logs. */
export const lokiPushUrl: pulumi.Output<string> = monitoring.lokiPushUrl;
/** What is being watched. */
export const site = { page: settings.site.pageUrl, api: settings.site.apiUrl };
