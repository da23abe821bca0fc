import { centralAddress, centralPort, publishedPage } from "../central";
import { PUSHED_LATE_MS } from "../gateway/metrics-push";
import { type Gathered, type Gathering, groupsFor } from "../gathered";
import { wgetHealth } from "../health";
import { metricsReaders, pushingHosts } from "../metrics-route";
import { pageUrl, routePrefix } from "../pages";
import { appHosts, homeOf, type PlacedSpec } from "../placement";
import { askingBlackbox, gatewayJob } from "../prometheus/blackbox";
import { remoteWrites } from "../prometheus/remote-write";
import { scrapeJobs, targetFiles } from "../prometheus/scrape-jobs";
import { ec2Jobs } from "../prometheus/tagged-machines";
import { waysOut } from "../prometheus/ways-out";
import { APPLICATION_JOB, applicationRules } from "../rules/application";
import { PROBE_JOB, probeTargets } from "../rules/probes";
import { prometheusRules } from "../rules/prometheus";
import { remoteWriteRules } from "../rules/remote-write";
import { secretFiles, secretPath } from "../secrets";
import { CONFIG_PATH, type Files, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { toYaml } from "../yaml";
import { PROBE_MODULE } from "./blackbox-exporter";

const FILE = "prometheus.yml";

/** Where it keeps its data. */
export const PROMETHEUS_DATA = { role: "data", path: "/prometheus" } as const;

/** The metrics store, and the judge of the alert rules. */
export function prometheusSpec(settings: Settings, gathered: Gathering): ServiceSpec {
  return {
    name: "prometheus",
    kind: "Prometheus",
    image: "prom/prometheus:v3.15.0",
    user: "65534:65534",
    port: centralPort("prometheus"),
    args: [
      `--config.file=${CONFIG_PATH}/${FILE}`,
      `--storage.tsdb.path=${PROMETHEUS_DATA.path}`,
      ...blockLength(settings),
      // Reloads come from the keeper, over the internal network.
      "--web.enable-lifecycle",
      ...(pushingHosts(settings).length > 0 ? ["--web.enable-remote-write-receiver"] : []),
      `--web.external-url=${pageUrl(settings, "prometheus")}/`,
      ...routePrefix(settings),
    ],
    environment: awsEnvironment(settings),
    secretFiles: secretFiles(settings, ["awsCredentials", "remoteWritePassword"]),
    // Amazon's client reads its key once.
    restartOnSecrets: settings.discovery.ec2?.credentials === "file",
    networks: ["data", ...waysOut(settings)],
    publish: publishedPage(settings, "prometheus"),
    volumes: [PROMETHEUS_DATA],
    health: wgetHealth(9090, "/-/ready"),
    memoryMegabytes: 1024,
    stopGraceSeconds: 60,
    configuration: {
      files: () => prometheusFiles(settings, gathered()),
      reloadPath: "/-/reload",
    },
    monitoring: {
      scrape: {},
      ruleGroups: [
        prometheusRules(settings),
        remoteWriteRules(settings),
        applicationRules(settings),
      ],
    },
  };
}

/** Where blocks are uploaded, it must leave them as they are: to join them is the compactor's work. */
function blockLength({ metrics }: Settings): readonly string[] {
  if (!metrics.longTerm.enabled) return [];
  return ["--storage.tsdb.min-block-duration=2h", "--storage.tsdb.max-block-duration=2h"];
}

/** A key pair could also stand in the main file, where everybody would see it. */
function awsEnvironment({ discovery }: Settings): Readonly<Record<string, string>> {
  if (discovery.ec2?.credentials !== "file") return {};
  return { AWS_SHARED_CREDENTIALS_FILE: secretPath("awsCredentials") };
}

function prometheusFiles(settings: Settings, gathered: Gathered): Files {
  const ruleFiles = groupsFor(gathered, "prometheus").map(({ name, rules }) => [
    // Named one by one: a glob that matches nothing is no error to Prometheus.
    `rules/${name}.yml`,
    toYaml({ groups: [{ name, rules }] }),
  ]);
  return {
    [FILE]: toYaml(prometheusConfig(settings, gathered)),
    ...targetFiles(settings, readHere(settings, gathered.watched)),
    ...(Object.fromEntries(ruleFiles) as Files),
  };
}

/** The main file. Rule files and addresses come from what is deployed, so there are no ghosts. */
export function prometheusConfig(settings: Settings, gathered: Gathered) {
  const { intervals, metrics, environment } = settings;
  const home = homeOf(settings, "prometheus");
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
        ...lateSamples(settings),
      },
    },
    ...remoteWrites(settings),
    rule_files: groupsFor(gathered, "prometheus").map(({ name }) => `rules/${name}.yml`),
    alerting: {
      alertmanagers: [
        { static_configs: [{ targets: [centralAddress(settings, home, "alertmanager")] }] },
      ],
    },
    scrape_configs: [
      probeJob(settings),
      ...gatewayJob(settings),
      ...applicationJob(settings),
      ...scrapeJobs(settings, readHere(settings, gathered.watched)),
      ...ec2Jobs(settings, gathered.watched),
    ],
  };
}

/** What is not pushed by an agent of its own host. */
function readHere(settings: Settings, watched: readonly PlacedSpec[]): readonly PlacedSpec[] {
  return watched.filter(({ host }) => metricsReaders(settings, host).length > 0);
}

/** By itself it takes nothing that is an hour older than the newest: an outage would leave a gap. */
function lateSamples(settings: Settings) {
  if (pushingHosts(settings).length === 0) return {};
  return { out_of_order_time_window: prometheusDuration(PUSHED_LATE_MS) };
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
    relabel_configs: askingBlackbox(settings),
  };
}

/** The application's own metrics, where the settings name them. */
function applicationJob(settings: Settings) {
  const { application, environment } = settings;
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
        {
          targets: [host],
          labels: { env: environment, host: appHosts(settings)[0], service: APPLICATION_JOB },
        },
      ],
    },
  ];
}
