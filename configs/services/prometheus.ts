import { type Gathered, type Gathering, groupsFor } from "../gathered";
import { wgetHealth } from "../health";
import { pageUrl } from "../pages";
import { type PlacedSpec, scrapeAddress } from "../placement";
import { APPLICATION_JOB, applicationRules } from "../rules/application";
import { prometheusRules } from "../rules/prometheus";
import { PROBE_JOB, probeTargets } from "../rules/uptime";
import { CONFIG_PATH, type Files, type ServiceSpec, toolOf } from "../service-spec";
import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { toYaml } from "../yaml";
import { PROBE_MODULE } from "./blackbox-exporter";

const FILE = "prometheus.yml";

/** The metrics store, and the judge of the alert rules. */
export function prometheusSpec(settings: Settings, gathered: Gathering): ServiceSpec {
  const { publish } = settings;
  return {
    name: "prometheus",
    kind: "Prometheus",
    image: "prom/prometheus:v3.15.0",
    user: "65534:65534",
    port: 9090,
    args: [
      `--config.file=${CONFIG_PATH}/${FILE}`,
      "--storage.tsdb.path=/prometheus",
      // Reloads come from the keeper, over the internal network.
      "--web.enable-lifecycle",
      `--web.external-url=${pageUrl(settings, "prometheus")}/`,
    ],
    networks: ["data", ...applicationNetworks(settings)],
    publish: [{ containerPort: 9090, hostPort: publish.prometheus, hostAddress: publish.address }],
    volumes: [{ role: "data", path: "/prometheus" }],
    health: wgetHealth(9090, "/-/ready"),
    memoryMegabytes: 1024,
    stopGraceSeconds: 60,
    configuration: {
      files: () => prometheusFiles(settings, gathered()),
      reloadPath: "/-/reload",
    },
    monitoring: { scrape: {}, ruleGroups: [prometheusRules(settings), applicationRules(settings)] },
  };
}

/** The way to the application's own metrics, where they are scraped. */
function applicationNetworks({ application, site }: Settings): readonly ("egress" | "site")[] {
  if (!application.metricsUrl) return [];
  return site.dockerNetwork ? ["site"] : ["egress"];
}

function prometheusFiles(settings: Settings, gathered: Gathered): Files {
  const ruleFiles = groupsFor(gathered, "prometheus").map(({ name, rules }) => [
    // Named one by one: a glob that matches nothing is no error to Prometheus.
    `rules/${name}.yml`,
    toYaml({ groups: [{ name, rules }] }),
  ]);
  return {
    [FILE]: toYaml(prometheusConfig(settings, gathered)),
    ...(Object.fromEntries(ruleFiles) as Files),
  };
}

/** The main file. Rule files and addresses come from what is deployed, so there are no ghosts. */
export function prometheusConfig(settings: Settings, gathered: Gathered) {
  const { intervals, metrics, environment } = settings;
  return {
    global: {
      scrape_interval: prometheusDuration(intervals.scrape),
      scrape_timeout: prometheusDuration(Math.min(intervals.scrape, 10_000)),
      evaluation_interval: prometheusDuration(intervals.evaluation),
      external_labels: { env: environment },
    },
    // In the file and not in flags, so that a change is a reload and not a restart.
    storage: {
      tsdb: {
        retention: {
          time: prometheusDuration(metrics.retention),
          size: metrics.retentionSize,
        },
      },
    },
    rule_files: groupsFor(gathered, "prometheus").map(({ name }) => `rules/${name}.yml`),
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: ["alertmanager:9093"] }] }],
    },
    scrape_configs: [
      probeJob(settings),
      ...applicationJob(settings),
      ...scrapeJobs(settings, gathered.watched),
    ],
  };
}

/** Blackbox is asked once per target; the target's URL becomes the `instance` label. */
function probeJob(settings: Settings) {
  const { intervals, environment, site } = settings;
  return {
    job_name: PROBE_JOB,
    metrics_path: "/probe",
    params: { module: [PROBE_MODULE] },
    scrape_interval: prometheusDuration(intervals.probe),
    // A second more than the probe's own limit where there is room: Blackbox must be able to answer.
    scrape_timeout: prometheusDuration(Math.min(intervals.probeTimeout + 1_000, intervals.probe)),
    static_configs: probeTargets(settings).map(({ target, url }) => ({
      targets: [url],
      labels: { env: environment, site: site.name, target },
    })),
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__param_target"], target_label: "instance" },
      { target_label: "__address__", replacement: "blackbox-exporter:9115" },
    ],
  };
}

/** The application's own metrics, where the settings name them. */
function applicationJob({ application, environment }: Settings) {
  if (!application.metricsUrl) return [];
  const { protocol, host, pathname, search, searchParams } = new URL(application.metricsUrl);
  const parameters = [...new Set(searchParams.keys())].map((name) => [
    name,
    searchParams.getAll(name),
  ]);
  return [
    {
      job_name: APPLICATION_JOB,
      scheme: protocol.replace(":", ""),
      metrics_path: pathname,
      ...(search ? { params: Object.fromEntries(parameters) as object } : {}),
      static_configs: [
        { targets: [host], labels: { env: environment, host: "app", service: APPLICATION_JOB } },
      ],
    },
  ];
}

/** One job per name; a container that runs on both hosts is one job with two targets. */
function scrapeJobs(settings: Settings, watched: readonly PlacedSpec[]) {
  const scraped = watched.filter(({ spec }) => spec.monitoring?.scrape);
  const names = [...new Set(scraped.map(({ spec }) => toolOf(spec)))].sort();
  return names.map((name) => {
    const placed = scraped.filter(({ spec }) => toolOf(spec) === name);
    const scrape = placed[0]?.spec.monitoring?.scrape;
    return {
      job_name: name,
      ...(scrape?.metricsPath ? { metrics_path: scrape.metricsPath } : {}),
      ...(scrape?.tracksTimestamps ? { track_timestamps_staleness: true } : {}),
      static_configs: placed.map((entry) => ({
        targets: [scrapeAddress(settings, entry)],
        labels: { env: settings.environment, host: entry.host, service: entry.spec.name },
      })),
      ...(scrape?.dropLabels
        ? {
            metric_relabel_configs: [{ action: "labeldrop", regex: scrape.dropLabels.join("|") }],
          }
        : {}),
    };
  });
}
