import type { ImageName } from "./official";

/** A folder that the image brings with an owner of its own. */
export interface ImageFolder {
  readonly path: string;
  /** `uid:gid`. */
  readonly owner: string;
  /** Octal. @default `"0755"` */
  readonly mode?: string;
}

/** What an official image promises to those who run it. */
export interface ImageFacts {
  /** `uid:gid` the image runs as when nobody says otherwise. */
  readonly user: string;
  readonly entrypoint: readonly string[];
  /** @default none */
  readonly command?: readonly string[];
  /** @default `/` */
  readonly workingDirectory?: string;
  readonly folders?: readonly ImageFolder[];
  /** Paths declared as volumes: without a named one there, the data dies with the container. */
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  /** The image's own health check, in Docker's shell form. Ours are set on the container. */
  readonly healthCheck?: string;
  /** Programs inside that a health check or a keeper may call. No others. */
  readonly tools: readonly string[];
  /** Where this was read. */
  readonly source: string;
}

const NOBODY = "65534:65534";

const ALLOY: ImageFacts = {
  user: "0:0",
  entrypoint: ["/bin/alloy"],
  command: ["run", "/etc/alloy/config.alloy", "--storage.path=/var/lib/alloy/data"],
  folders: [
    // Not declared as a volume, yet the only place Alloy is meant to write to.
    { path: "/var/lib/alloy", owner: "473:473", mode: "0770" },
    { path: "/var/lib/alloy/data", owner: "473:473", mode: "0770" },
  ],
  environment: { ALLOY_DEPLOY_MODE: "docker" },
  ports: [],
  tools: ["/bin/bash", "/bin/sh", "/bin/grep"],
  source: "Dockerfile of alloy 1.11.0, on Ubuntu: root, though it makes a user; no wget, no curl",
};

/**
 * The written table of the official images.
 *
 * Images built here follow it, so that what runs on them runs on the official ones.
 * Sample configuration files are left out: Sightline always names its own.
 */
export const IMAGE_FACTS: Readonly<Record<ImageName, ImageFacts>> = {
  prometheus: {
    user: NOBODY,
    entrypoint: ["/bin/prometheus"],
    command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    workingDirectory: "/prometheus",
    folders: [
      { path: "/etc/prometheus", owner: NOBODY },
      { path: "/prometheus", owner: NOBODY, mode: "0775" },
    ],
    volumes: ["/prometheus"],
    ports: [9090],
    tools: ["/bin/promtool", "/bin/sh", "/bin/wget"],
    source: "Dockerfile of prometheus 3.15.0, on the project's busybox image",
  },
  loki: {
    user: "10001",
    entrypoint: ["/usr/bin/loki"],
    command: ["-config.file=/etc/loki/local-config.yaml"],
    folders: [
      { path: "/etc/loki", owner: "10001:10001" },
      // Not declared as a volume, yet the only place Loki may write to.
      { path: "/loki", owner: "10001:10001" },
      { path: "/loki/rules", owner: "10001:10001" },
      { path: "/loki/rules-temp", owner: "10001:10001" },
    ],
    ports: [3100],
    tools: ["/usr/bin/loki"],
    source: "cmd/loki/Dockerfile of loki 3.7.8, distroless: no shell, no wget",
  },
  alertmanager: {
    user: NOBODY,
    entrypoint: ["/bin/alertmanager"],
    command: ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
    workingDirectory: "/alertmanager",
    folders: [
      { path: "/etc/alertmanager", owner: NOBODY },
      { path: "/alertmanager", owner: NOBODY, mode: "0775" },
    ],
    volumes: ["/alertmanager"],
    ports: [9093],
    tools: ["/bin/amtool", "/bin/sh", "/bin/wget"],
    source: "Dockerfile of alertmanager 0.31.1, on the Prometheus project's busybox image",
  },
  "blackbox-exporter": {
    user: "0:0",
    entrypoint: ["/bin/blackbox_exporter"],
    command: ["--config.file=/etc/blackbox_exporter/config.yml"],
    ports: [9115],
    tools: ["/bin/sh", "/bin/wget"],
    source: "Dockerfile of blackbox_exporter 0.28.0: names no user, so root",
  },
  cadvisor: {
    user: "0:0",
    entrypoint: ["/usr/bin/entrypoint.sh"],
    ports: [8080],
    healthCheck: "/usr/bin/healthcheck.sh",
    tools: ["/bin/sh", "/bin/wget"],
    source: "deploy/Dockerfile of cadvisor 0.60.6, on Alpine",
  },
  promtail: {
    user: "0:0",
    entrypoint: ["/usr/bin/promtail"],
    command: ["-config.file=/etc/promtail/config.yml"],
    ports: [],
    tools: ["/bin/bash", "/bin/sh", "/bin/grep"],
    source: "clients/cmd/promtail/Dockerfile of loki 3.5.0, on Ubuntu: neither wget nor curl",
  },
  alloy: ALLOY,
  "node-exporter": {
    user: NOBODY,
    entrypoint: ["/bin/node_exporter"],
    ports: [9100],
    tools: ["/bin/sh", "/bin/wget"],
    source: "Dockerfile of node_exporter 1.12.1 (the tag without -distroless)",
  },
  "socket-proxy": {
    user: NOBODY,
    entrypoint: ["/socket-proxy"],
    volumes: ["/var/run/docker.sock"],
    ports: [2375],
    tools: ["/healthcheck"],
    source: "Dockerfile of socket-proxy 1.13.1, empty but for its two programs",
  },
  "mail-catcher": {
    user: "1000:1000",
    entrypoint: ["bin/maildev"],
    workingDirectory: "/home/node",
    environment: {
      NODE_ENV: "production",
      TZ: "UTC",
      MAILDEV_WEB_PORT: "1080",
      MAILDEV_SMTP_PORT: "1025",
    },
    ports: [1080, 1025],
    healthCheck: "wget -q -O /dev/null http://127.0.0.1:$MAILDEV_WEB_PORT/healthz",
    tools: ["/bin/sh", "/bin/wget", "/usr/local/bin/node"],
    source: "Dockerfile of maildev 2.2.1, on Node's Alpine image",
  },
  keeper: {
    user: "100:101",
    entrypoint: ["/entrypoint.sh"],
    command: ["curl"],
    workingDirectory: "/home/curl_user",
    folders: [{ path: "/home/curl_user", owner: "100:101" }],
    ports: [],
    tools: ["/bin/sh", "/bin/wget", "/usr/bin/curl"],
    source: "build scripts of curl-container 8.11.1, on Alpine",
  },
  gateway: {
    user: "0:0",
    entrypoint: ["/docker-entrypoint.sh"],
    command: ["nginx", "-g", "daemon off;"],
    ports: [80],
    tools: ["/bin/sh", "/bin/wget", "/usr/sbin/nginx"],
    source:
      "Dockerfile of docker-nginx 1.28, on Alpine; it makes a user 101, and its master is root",
  },
  acme: {
    user: "0:0",
    entrypoint: ["/lego"],
    ports: [80],
    tools: ["/bin/sh", "/bin/wget", "/lego"],
    source: "buildx.Dockerfile of lego 5, on Alpine: names no user, so root",
  },
  "mongodb-exporter": ALLOY,
  "mysqld-exporter": {
    user: NOBODY,
    entrypoint: ["/bin/mysqld_exporter"],
    ports: [9104],
    tools: ["/bin/sh", "/bin/wget"],
    source: "Dockerfile of mysqld_exporter 0.19.0, on the Prometheus project's busybox image",
  },
  "postgres-exporter": {
    user: NOBODY,
    entrypoint: ["/bin/postgres_exporter"],
    ports: [9187],
    tools: ["/bin/sh", "/bin/wget"],
    source: "Dockerfile of postgres_exporter 0.17.1, on the Prometheus project's busybox image",
  },
  "nginx-exporter": {
    user: "1001:1001",
    entrypoint: ["/usr/bin/nginx-prometheus-exporter"],
    ports: [],
    tools: ["/usr/bin/nginx-prometheus-exporter"],
    source: "build/Dockerfile of nginx-prometheus-exporter 1.5.1: certificates and the program",
  },
  "process-exporter": {
    user: "0:0",
    entrypoint: ["/bin/process-exporter"],
    ports: [9256],
    tools: ["/bin/process-exporter"],
    source: "Dockerfile of process-exporter 0.8.7: the program alone; names no user, so root",
  },
  "redis-exporter": {
    user: "59000:59000",
    entrypoint: ["/redis_exporter"],
    ports: [9121],
    tools: ["/redis_exporter"],
    source:
      "Dockerfile of redis_exporter 1.74.0, the tag without -alpine: certificates and the program",
  },
  thanos: {
    user: "1001",
    entrypoint: ["/bin/thanos"],
    ports: [],
    tools: ["/bin/sh", "/bin/wget"],
    source: "Dockerfile of thanos 0.42.4, on the Prometheus project's busybox image",
  },
  grafana: {
    user: "472:0",
    entrypoint: ["/run.sh"],
    workingDirectory: "/usr/share/grafana",
    folders: [{ path: "/var/lib/grafana", owner: "472:0", mode: "0775" }],
    ports: [3000],
    tools: ["/bin/sh", "/bin/bash", "/usr/bin/curl"],
    source: "Grafana's documentation of its image; never built here",
  },
};
