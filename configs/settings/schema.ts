import { z } from "zod";

import { SECRET_KEYS } from "../secrets";
import { alerts, slo } from "../thresholds/thresholds";
import { duration, flag, group, ruleAndFix } from "./fields";
import { dockerNetwork, httpUrl, imageReference, pageAddress, port, shortName } from "./formats";
import { alerting } from "./groups/alerting";
import { application } from "./groups/application";
import { browser } from "./groups/browser";
import { dashboards } from "./groups/dashboards";
import { discovery } from "./groups/discovery";
import { gateway } from "./groups/gateway";
import { hosts } from "./groups/hosts";
import { logs } from "./groups/logs";
import { mail } from "./groups/mail";
import { metrics } from "./groups/metrics";
import { outsideWatch } from "./groups/outside-watch";
import { pages } from "./groups/pages";
import { wireguard } from "./groups/wireguard";

/**
 * The stack's settings, key by key. `Pulumi.yaml` declares the same top-level keys to the engine, and
 * a test holds the two together.
 */

const site = group({
  name: shortName(/^[a-z][a-z0-9-]{0,40}$/, "shop").prefault("website"),
  pageUrl: httpUrl("http://application:80"),
  apiUrl: httpUrl("http://application:80/api/health"),
  pages: pages.prefault({}),
  dockerNetwork: dockerNetwork.optional(),
});

const intervals = group({
  probe: duration({ example: "60s", atLeast: "1s" }).prefault("60s"),
  probeTimeout: duration({ example: "10s", atLeast: "100ms" }).prefault("10s"),
  scrape: duration({ example: "15s", atLeast: "1s" }).prefault("15s"),
  evaluation: duration({ example: "15s", atLeast: "1s" }).prefault("15s"),
});

const publish = group({
  address: pageAddress.prefault("127.0.0.1"),
  grafana: port(3000).prefault(3000),
  prometheus: port(9090).prefault(9090),
  alertmanager: port(9093).prefault(9093),
  mail: port(1080).prefault(1080),
  loki: port(3100).prefault(3100),
});

export const settingsSchema = group(
  {
    environment: shortName(/^[a-z][a-z0-9-]{0,30}$/, "dev"),
    site,
    intervals: intervals.prefault({}),
    hosts: hosts.prefault({}),
    gateway: gateway.prefault({}),
    browser: browser.prefault({}),
    wireguard: wireguard.prefault({}),
    discovery: discovery.prefault({}),
    logs,
    application: application.prefault({}),
    metrics: metrics.prefault({}),
    slo: slo.prefault({}),
    alerts: alerts.prefault({}),
    alerting: alerting.prefault({}),
    outsideWatch: outsideWatch.optional(),
    mail,
    dashboards: dashboards.prefault({}),
    publish: publish.prefault({}),
    grafana: group({ enabled: flag().prefault(true) }).prefault({}),
    images: z
      .record(z.string(), imageReference, {
        error: ruleAndFix(
          "must map a service to its image",
          'for example { "loki": "grafana/loki:3.7.8" }',
        ),
      })
      .prefault({}),
    protectData: flag().prefault(false),
    allowPlaceholders: flag().prefault(false),
  },
  // Secrets travel apart, but whoever misspells one is told its name.
  SECRET_KEYS,
);
