/** The images of containers that every stack has, or the agents that it chooses from. */
export const STACK_IMAGE_NAMES = [
  "prometheus",
  "loki",
  "alertmanager",
  "blackbox-exporter",
  "cadvisor",
  "promtail",
  "alloy",
  "node-exporter",
  "socket-proxy",
  "mail-catcher",
  "keeper",
  "gateway",
  "grafana",
] as const;

/** Those that a stack has where a host's exporters ask for them. */
export const EXPORTER_IMAGE_NAMES = [
  "mongodb-exporter",
  "mysqld-exporter",
  "nginx-exporter",
  "postgres-exporter",
  "process-exporter",
  "redis-exporter",
] as const;

/** Those that a stack has where its settings ask for them. */
export const OPTIONAL_IMAGE_NAMES = ["acme", "thanos"] as const;

/** What a set-up gets where nobody says what a stack wants: each agent, and what hosts have by default. */
export const SETUP_IMAGE_NAMES = [...STACK_IMAGE_NAMES, "process-exporter"] as const;

/** Every image that a Sightline container is made from. */
export const IMAGE_NAMES = [
  ...STACK_IMAGE_NAMES,
  ...EXPORTER_IMAGE_NAMES,
  ...OPTIONAL_IMAGE_NAMES,
] as const;

export type ImageName = (typeof IMAGE_NAMES)[number];

/** The official image of each, `repository:tag`. The only place where the set-up knows them. */
export const OFFICIAL_IMAGES: Readonly<Record<ImageName, string>> = {
  prometheus: "prom/prometheus:v3.15.0",
  loki: "grafana/loki:3.7.8",
  alertmanager: "prom/alertmanager:v0.31.1",
  "blackbox-exporter": "prom/blackbox-exporter:v0.28.0",
  cadvisor: "ghcr.io/google/cadvisor:0.60.6",
  promtail: "grafana/promtail:3.5.0",
  alloy: "grafana/alloy:v1.11.0",
  "node-exporter": "prom/node-exporter:v1.12.1",
  "socket-proxy": "wollomatic/socket-proxy:1.13.1",
  "mail-catcher": "maildev/maildev:2.2.1",
  keeper: "curlimages/curl:8.11.1",
  gateway: "nginx:1.28.2-alpine",
  grafana: "grafana/grafana:13.1.3",
  acme: "goacme/lego:v5.6.0",
  // The exporter is built into Alloy: docs/adr/0011.
  "mongodb-exporter": "grafana/alloy:v1.11.0",
  "mysqld-exporter": "prom/mysqld-exporter:v0.19.0",
  "nginx-exporter": "nginx/nginx-prometheus-exporter:1.5.1",
  "postgres-exporter": "prometheuscommunity/postgres-exporter:v0.17.1",
  "process-exporter": "ncabatoff/process-exporter:0.8.7",
  "redis-exporter": "oliver006/redis_exporter:v1.74.0",
  thanos: "quay.io/thanos/thanos:v0.42.4",
};

/** The tag of a reference: `prom/prometheus:v3.15.0` gives `v3.15.0`. */
export function tagOf(reference: string): string {
  return reference.slice(reference.lastIndexOf(":") + 1);
}

/** The registry a reference is pulled from: `docker.io` unless it names a host. */
export function registryOf(reference: string): string {
  const first = reference.split("/")[0] ?? "";
  const isHost = reference.includes("/") && /[.:]|^localhost$/.test(first);
  return isHost ? first : "docker.io";
}
