import { publishedToPeers } from "../placement";
import { CONFIG_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { goDuration } from "../units";
import { toYaml } from "../yaml";

const FILE = "loki.yml";
const DATA_PATH = "/loki";

/** Folder in a bucket under which Loki writes the chunks of its single tenant. */
export const CHUNK_PREFIX = "fake/";

/** The log store. */
export function lokiSpec(settings: Settings): ServiceSpec {
  const usesBucket = settings.logs.storage.kind !== "filesystem";
  return {
    name: "loki",
    kind: "Loki",
    image: "grafana/loki:3.7.8",
    user: "10001:10001",
    port: 3100,
    args: [`-config.file=${CONFIG_PATH}/${FILE}`],
    // Go does not see the container's limit by itself; past it the kernel kills.
    environment: { GOMEMLIMIT: "850MiB" },
    networks: ["data", ...(usesBucket ? (["egress"] as const) : [])],
    publish: publishedToPeers(settings, "monitoring", {
      container: 3100,
      host: settings.publish.loki,
    }),
    volumes: [{ role: "data", path: DATA_PATH }],
    temporaryPaths: ["/tmp"],
    health: { command: ["CMD", "/usr/bin/loki", "-health"], startPeriodMs: 60_000 },
    memoryMegabytes: 1024,
    stopGraceSeconds: 60,
    // It would read its own log of storing its own log, for ever.
    excludeFromLogs: true,
    configuration: {
      usesLinks: usesBucket,
      files: ({ logBucket }) => ({ [FILE]: toYaml(lokiConfig(settings, logBucket)) }),
      restartOn: [FILE],
    },
    monitoring: { scrape: {} },
  };
}

/** Loki's main file, in the spelling that 3.7 and the coming 4.0 both accept. */
export function lokiConfig({ logs }: Settings, bucket: string) {
  const store = logs.storage.kind;
  return {
    auth_enabled: false,
    server: {
      http_listen_port: 3100,
      // Only the process itself talks gRPC.
      grpc_listen_address: "127.0.0.1",
      grpc_listen_port: 9095,
      log_level: "warn",
    },
    ...storageConfig(store, bucket),
    schema_config: schema(store),
    ingester: {
      // Waiting for other ingesters to settle makes no sense for a single one.
      lifecycler: { min_ready_duration: "0s" },
      // One object per 1.5 MiB or hour and stream; smaller chunks cost operations, not bytes.
      chunk_idle_period: "1h",
      chunk_target_size: 1_572_864,
      // The default of 4 GB is more than the container has: a replay would be killed in a loop.
      wal: { replay_memory_ceiling: "400MB", flush_on_shutdown: store === "gcs" },
    },
    compactor: {
      working_directory: `${DATA_PATH}/compactor`,
      retention_enabled: true,
      delete_request_store: store,
    },
    limits_config: limits(logs.retention),
    analytics: { reporting_enabled: false },
  };
}

type StorageKind = Settings["logs"]["storage"]["kind"];

function storageConfig(store: StorageKind, bucket: string) {
  const common = {
    path_prefix: DATA_PATH,
    replication_factor: 1,
    // The parts of one process find each other here, not by the container's changing address.
    instance_addr: "127.0.0.1",
    ring: { kvstore: { store: "inmemory" } },
  };
  switch (store) {
    case "filesystem": {
      const filesystem = {
        chunks_directory: `${DATA_PATH}/chunks`,
        rules_directory: `${DATA_PATH}/rules`,
      };
      return { common: { ...common, storage: { filesystem } } };
    }
    case "gcs":
      return {
        common,
        storage_config: {
          use_thanos_objstore: true,
          object_store: { gcs: { bucket_name: bucket } },
        },
      };
  }
}

function schema(store: StorageKind) {
  return {
    configs: [
      {
        // Must lie before the first log and never change afterwards.
        from: "2024-01-01",
        store: "tsdb",
        object_store: store,
        schema: "v13",
        index: { prefix: "index_", period: "24h" },
      },
    ],
  };
}

function limits(retentionMs: number) {
  return {
    retention_period: goDuration(retentionMs),
    // What a bucket's lifecycle has deleted is already outside this.
    max_query_lookback: goDuration(retentionMs),
    reject_old_samples: true,
    reject_old_samples_max_age: goDuration(retentionMs),
    max_global_streams_per_user: 2_000,
    max_line_size_truncate: true,
    allow_structured_metadata: true,
    volume_enabled: true,
  };
}
