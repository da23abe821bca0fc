import { gather } from "../../configs/gathered";
import { placedSpecs } from "../../configs/hosts";
import { secondWatcherRules } from "../../configs/rules/alertmanager";
import type { AlertRule } from "../../configs/rules/rule";
import type { Settings } from "../../configs/settings/settings";
import {
  acmeSettings,
  devSettings,
  EXPORTERS_RAW,
  prodSettings,
  pushSettings,
  withBrowsers,
} from "./fixtures";

/** Address of the dev site. */
const SITE_PAGE = "http://application:80";
const metricsUrl = "http://10.0.0.3:8000/metrics";

/** Settings that together deploy everything there is a Prometheus rule about. */
export const VARIANTS = {
  dev: devSettings(),
  /** https, a bucket, NFS, two hosts, and an application with metrics. */
  prod: prodSettings({ application: { metricsUrl } }),
  alloy: prodSettings({
    logs: { agent: "alloy" },
    application: { metricsUrl, family: "starlette" },
  }),
  /** An app host whose metrics are pushed, and browsers that report. */
  push: withBrowsers(pushSettings()),
  /** A gateway whose certificate is renewed by itself. */
  acme: acmeSettings(),
  fastapi: devSettings({ application: { metricsUrl, family: "fastapi" } }),
  /** Every exporter, on the app host, and machines that are found by their tags. */
  exporters: devSettings({
    hosts: { app: { exporters: EXPORTERS_RAW } },
    discovery: { ec2: { region: "eu-central-1" } },
  }),
  /** Two pages more than the site's own. */
  pages: devSettings({
    site: { pages: { checkout: `${SITE_PAGE}/checkout`, login: `${SITE_PAGE}/login` } },
  }),
  /** Metrics in the bucket too, and a copy of them elsewhere. */
  longTerm: prodSettings({
    metrics: {
      longTerm: { enabled: true },
      remoteWrite: { url: "https://metrics.example.org/api/v1/write" },
    },
  }),
} as const satisfies Record<string, Settings>;

export type VariantName = keyof typeof VARIANTS;

export const VARIANT_NAMES = Object.keys(VARIANTS) as readonly VariantName[];

const rules = new Map<VariantName, readonly AlertRule[]>();

/** Every rule that Prometheus judges, and those of the second watcher, which reads Prometheus. */
export function metricRules(variant: VariantName): readonly AlertRule[] {
  const known = rules.get(variant);
  if (known) return known;
  const settings = VARIANTS[variant];
  const groups = [
    ...gather(settings, placedSpecs(settings)).ruleGroups,
    secondWatcherRules(settings),
  ];
  const all = groups
    .filter(({ evaluator }) => evaluator === "prometheus")
    .flatMap((group) => group.rules);
  // What Alertmanager and the second watcher both tell is one rule.
  const found = [...new Map(all.map((rule) => [JSON.stringify(rule), rule])).values()];
  rules.set(variant, found);
  return found;
}
