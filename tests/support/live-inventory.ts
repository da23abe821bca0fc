import { readFileSync } from "node:fs";
import path from "node:path";

import { parser } from "@prometheus-io/lezer-promql";

import { repositoryRoot } from "./fixtures";
import { metricRules, VARIANT_NAMES } from "./rule-variants";

/** Where the inventory is kept, and by what it is written anew: `capture-inventory.ts`. */
export const INVENTORY_FILE = path.join(repositoryRoot, "tests/support/live-inventory.json");

/** By metric the sets of labels that its series have, each as its names with spaces between. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

/** The label names of a series; a label that is empty is none to Prometheus. */
export function labelSet(labels: Readonly<Record<string, string>>): string {
  const names = Object.entries(labels).filter(
    ([name, value]) => name !== "__name__" && value !== "",
  );
  return names
    .map(([name]) => name)
    .sort()
    .join(" ");
}

/** The metrics of the alerts, as a live Prometheus had them. */
export function liveInventory(): Inventory {
  return JSON.parse(readFileSync(INVENTORY_FILE, "utf8")) as Inventory;
}

/** What runs on no machine of ours, from the exporters' documentation. */
export const DOCUMENTED: Inventory = {
  // Thanos; tests/servers/thanos.test.ts reads them from its pages.
  thanos_compact_halted: [scraped("")],
  thanos_shipper_dir_sync_failures_total: [scraped("")],
  // Grafana 13: its image can be had from a registry alone.
  grafana_http_request_duration_seconds_count: [scraped("handler method status_code")],
  // prometheus-fastapi-instrumentator 7
  http_requests_total: [scraped("handler method status")],
  http_request_duration_highr_seconds_bucket: [scraped("le")],
  http_request_duration_highr_seconds_count: [scraped("")],
  // starlette-exporter 0.23
  starlette_requests_total: [scraped("app_name method path status_code")],
  starlette_request_duration_seconds_bucket: [scraped("app_name le method path status_code")],
  starlette_request_duration_seconds_count: [scraped("app_name method path status_code")],
  // the middleware of the FastAPI observability examples
  fastapi_responses_total: [scraped("app_name method path status_code")],
  fastapi_requests_duration_seconds_bucket: [scraped("app_name le method path")],
  fastapi_requests_duration_seconds_count: [scraped("app_name method path")],
  // Of a replica set; of a single server without the labels that name one.
  mongodb_up: [scraped("cluster_role")],
  mongodb_ss_connections: [scraped("cl_id conn_type rs_nm rs_state")],
  mongodb_rs_members_optimeDate: [scraped("cl_id member_idx member_state rs_nm rs_state")],
  mongodb_rs_members_health: [scraped("cl_id member_idx member_state rs_nm rs_state")],
  mysql_up: [scraped("")],
  mysql_global_status_threads_connected: [scraped("")],
  mysql_global_variables_max_connections: [scraped("")],
  pg_up: [scraped("")],
  pg_stat_database_numbackends: [scraped("datid datname")],
  pg_settings_max_connections: [scraped("server")],
  nginx_up: [scraped("")],
  nginx_connections_accepted: [scraped("")],
  nginx_connections_handled: [scraped("")],
  redis_up: [scraped("")],
  redis_memory_used_bytes: [scraped("")],
  redis_memory_max_bytes: [scraped("")],
  redis_rejected_connections_total: [scraped("")],
  namedprocess_namegroup_states: [scraped("groupname state")],
  rabbitmq_alarms_memory_used_watermark: [scraped("")],
  rabbitmq_alarms_free_disk_space_watermark: [scraped("")],
  rabbitmq_queue_messages_ready: [scraped("")],
  engine_daemon_health_checks_failed_total: [scraped("")],
  // Jenkins' plugin "Prometheus metrics" 852: no package registry has Jenkins
  default_jenkins_nodes_online: [scraped("node")],
  default_jenkins_executors_queue_length: [scraped("label")],
  // Prometheus, where it sends a copy elsewhere; tests/servers/remote-write.test.ts has them live.
  prometheus_remote_storage_queue_highest_timestamp_seconds: [scraped("remote_name url")],
  prometheus_remote_storage_queue_highest_sent_timestamp_seconds: [scraped("remote_name url")],
  // The same of Alloy, where it pushes metrics; tests/servers/metrics-push.test.ts has them live.
  prometheus_remote_storage_samples_failed_total: [
    scraped("remote_name url"),
    scraped("component_id component_path remote_name url"),
  ],
  prometheus_remote_storage_samples_dropped_total: [
    scraped("component_id component_path reason remote_name url"),
  ],
  // The client of ACME; tests/servers/acme.test.ts reads it from its page.
  sightline_acme_failed_attempts: [scraped("")],
  // Prometheus, where it discovers machines; tests/servers/ec2-discovery.test.ts has it live.
  prometheus_sd_refresh_failures_total: [scraped("config mechanism")],
};

/** With the labels that every scrape brings. */
function scraped(names: string): string {
  const all = ["env", "host", "instance", "job", "service", ...names.split(" ")];
  return all.filter(Boolean).sort().join(" ");
}

/** Every metric that some rule reads. */
export function metricsOfRules(): readonly string[] {
  const rules = VARIANT_NAMES.flatMap(metricRules);
  return [...new Set(rules.flatMap(({ expr }) => metricsIn(expr)))].sort();
}

/** The metrics that a query selects. */
export function metricsIn(expr: string): readonly string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to, node }) => {
      if (name === "Identifier" && node.parent?.name === "VectorSelector") {
        names.push(expr.slice(from, to));
      }
    },
  });
  return names;
}
