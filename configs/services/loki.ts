import { centralAddress, centralPort, publishedCentrally } from "../central";
import { LOKI } from "../dashboards/data-sources";
import { type Gathering, groupsFor } from "../gathered";
import { pageUrl } from "../pages";
import { homeOf } from "../placement";
import { logRuleGroups } from "../rules/log-rules";
import { lokiRules } from "../rules/loki";
import type { RuleGroup } from "../rules/rule";
import { CONFIG_PATH, type Files, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { bucketTrial, TRIAL_FILE } from "../storage/bucket-trial";
import { type LogStorage, objectStore } from "../storage/object-store";
import { placeLabels } from "../storage/place";
import { goDuration } from "../units";
import { toYaml } from "../yaml";

/** Streams that take lines at a time; those of more are refused. */
export const STREAM_LIMIT = 2_000;

const FILE = "loki.yml";
const RETENTION_FILE = "retention.yml";
const DATA_PATH = "/loki";
/** Chunks and index, where they are kept on disk. */
const DISK = `${DATA_PATH}/chunks`;
const RULES_FOLDER = "rules";
/** Rules and limits are for a tenant; without logins the only tenant has this name. */
const TENANT = "fake";
const GRPC_PORT = 9095;
const HOUR_MS = 3_600_000;
const MAX_CHUNK_AGE_MS = 8 * HOUR_MS;

/** Folder in a bucket under which Loki writes the chunks of its single tenant. */
export const CHUNK_PREFIX = `${TENANT}/`;

/** The log store. */
export function lokiSpec(settings: Settings, gathered: Gathering): ServiceSpec {
  const store = objectStore(settings.logs.storage, "");
  const trial = bucketTrial(settings.logs);
  return {
    name: "loki",
    kind: "Loki",
    image: "grafana/loki:3.7.8",
    user: "10001:10001",
    port: centralPort("loki"),
    args: [`-config.file=${CONFIG_PATH}/${FILE}`],
    // Go does not see the container's limit by itself; past it the kernel kills.
    environment: { GOMEMLIMIT: "850MiB", ...store?.environment },
    secretFiles: store?.secretFiles ?? [],
    // The bucket's client reads its key once.
    restartOnSecrets: true,
    ...(trial ? { trial } : {}),
    networks: ["data", ...(store ? (["egress"] as const) : [])],
    publish: publishedCentrally(settings, "loki"),
    volumes: [{ role: "data", path: DATA_PATH }],
    temporaryPaths: ["/tmp"],
    health: { command: ["CMD", "/usr/bin/loki", "-health"], startPeriodMs: 60_000 },
    memoryMegabytes: 1024,
    stopGraceSeconds: 60,
    // It would read its own log of storing its own log, for ever.
    excludeFromLogs: true,
    labels: placeLabels(settings),
    configuration: {
      usesLinks: settings.logs.storage.kind === "gcs",
      files: ({ logBucket }) => ({
        [FILE]: toYaml(lokiConfig(settings, logBucket)),
        [RETENTION_FILE]: toYaml(lokiRetention(settings)),
        ...trialFile(settings, logBucket),
        ...ruleFiles(settings, groupsFor(gathered(), "loki")),
      }),
      restartOn: [FILE],
    },
    monitoring: { scrape: {}, ruleGroups: [lokiRules(settings), ...logRuleGroups(settings)] },
  };
}

function trialFile(settings: Settings, bucket: string): Files {
  const { storageBefore, ...logs } = settings.logs;
  return storageBefore ? { [TRIAL_FILE]: toYaml(lokiConfig({ ...settings, logs }, bucket)) } : {};
}

/**
 * One file for each group. Loki polls them, so that a change of a rule is no restart; nor is one of
 * the interval, which therefore stands here and not in the main file.
 */
function ruleFiles({ intervals }: Settings, groups: readonly RuleGroup[]): Files {
  // Without a single file there is no folder, and Loki does not start without the folder.
  if (groups.length === 0) {
    return { [`${RULES_FOLDER}/${TENANT}/none.yml`]: toYaml({ groups: [] }) };
  }
  const files = groups.map(({ name, rules }) => [
    `${RULES_FOLDER}/${TENANT}/${name}.yml`,
    toYaml({ groups: [{ name, interval: goDuration(intervals.evaluation), rules }] }),
  ]);
  return Object.fromEntries(files) as Files;
}

/** Loki's main file, in the spelling that 3.7 and the coming 4.0 both accept. */
export function lokiConfig(settings: Settings, bucket: string) {
  const { storage, storageBefore } = settings.logs;
  const store = storage.kind;
  // Itself. By the ring, which is looked at each 10 s, it would find itself, and be ready, that much later.
  const scheduler = { scheduler_address: `127.0.0.1:${GRPC_PORT}` };
  return {
    auth_enabled: false,
    server: {
      http_listen_port: 3100,
      // Only the process itself talks gRPC.
      grpc_listen_address: "127.0.0.1",
      grpc_listen_port: GRPC_PORT,
      log_level: "warn",
    },
    ...storageConfig(settings.logs, bucket),
    schema_config: { configs: periods(store, storageBefore) },
    ingester: {
      // Waiting for other ingesters to settle makes no sense for a single one.
      lifecycler: { min_ready_duration: "0s" },
      // One object per 1.5 MiB or hour and stream; smaller chunks cost operations, not bytes.
      chunk_idle_period: "1h",
      chunk_target_size: 1_572_864,
      // A line may be older than its stream's newest by half of this, or it is lost: after an outage an
      // agent is through with a quiet file long before it is through with a busy one.
      max_chunk_age: goDuration(MAX_CHUNK_AGE_MS),
      // The default of 4 GB is more than the container has: a replay would be killed in a loop.
      wal: { replay_memory_ceiling: "400MB", flush_on_shutdown: store !== "filesystem" },
    },
    frontend: scheduler,
    frontend_worker: scheduler,
    // What is only in memory yet is found as well.
    querier: { query_ingesters_within: goDuration(MAX_CHUNK_AGE_MS + HOUR_MS) },
    compactor: {
      working_directory: `${DATA_PATH}/compactor`,
      retention_enabled: true,
      delete_request_store: store,
    },
    ...rulerConfig(settings),
    limits_config: LIMITS,
    // How long logs are kept stands in there, and not here, so that a change is no restart.
    runtime_config: { file: `${CONFIG_PATH}/${RETENTION_FILE}`, period: "10s" },
    analytics: { reporting_enabled: false },
  };
}

/** Judges the rules on logs. Rules are local files in either case; a bucket keeps logs only. */
function rulerConfig(settings: Settings) {
  const local = { directory: `${CONFIG_PATH}/${RULES_FOLDER}` };
  const ruler = {
    // Copies of the rules in the form that the engine reads; written anew at every start.
    rule_path: "/tmp/rules",
    poll_interval: "10s",
    alertmanager_url: `http://${centralAddress(settings, homeOf(settings, "loki"), "alertmanager")}`,
    enable_alertmanager_v2: true,
    ring: { kvstore: { store: "inmemory" } },
    // An alert's link opens its expression in Grafana.
    external_url: pageUrl(settings, "grafana"),
    datasource_uid: LOKI.uid,
  };
  // Where Loki writes to a bucket by its newer client, it reads its rules' place under a newer key.
  return settings.logs.storage.kind === "filesystem"
    ? { ruler: { ...ruler, storage: { type: "local", local } } }
    : { ruler, ruler_storage: { backend: "local", local } };
}

function storageConfig({ storage, storageBefore }: Settings["logs"], bucket: string) {
  const common = {
    path_prefix: DATA_PATH,
    replication_factor: 1,
    // The parts of one process find each other here, not by the container's changing address.
    instance_addr: "127.0.0.1",
    ring: { kvstore: { store: "inmemory" } },
  };
  const store = objectStore(storage, bucket);
  if (!store) {
    const filesystem = { chunks_directory: DISK };
    return { common: { ...common, storage: { filesystem } } };
  }
  return {
    common,
    storage_config: {
      use_thanos_objstore: true,
      object_store: { ...store.config, ...(storageBefore ? { filesystem: { dir: DISK } } : {}) },
      // Nothing else asks the bucket for an hour at times: one that lets nobody in must be noticed.
      tsdb_shipper: { resync_interval: "2m" },
    },
  };
}

/** Which store has the lines of which days. One must lie before the first log, and none change afterwards. */
function periods(store: LogStorage["kind"], before: Settings["logs"]["storageBefore"]) {
  const period = (from: string, kind: LogStorage["kind"]) => ({
    from,
    store: "tsdb",
    object_store: kind,
    schema: "v13",
    index: { prefix: "index_", period: "24h" },
  });
  const first = "2024-01-01";
  if (!before) return [period(first, store)];
  return [period(first, before.kind), period(before.until, store)];
}

const LIMITS = {
  reject_old_samples: true,
  max_global_streams_per_user: STREAM_LIMIT,
  max_line_size_truncate: true,
  allow_structured_metadata: true,
  // The agents say which labels there are; Loki would guess a level and a service of its own.
  discover_log_levels: false,
  discover_service_name: [],
  volume_enabled: true,
};

/** How long logs are kept: Loki polls this file, and lays it over the limits of its main file. */
export function lokiRetention({ logs }: Settings) {
  const retention = goDuration(logs.retention);
  return {
    overrides: {
      [TENANT]: {
        retention_period: retention,
        // What a bucket's lifecycle has deleted is already outside this.
        max_query_lookback: retention,
        reject_old_samples_max_age: retention,
      },
    },
  };
}
