import type { ToolName } from "../toolchain/resolve-tool";
import type { BaseName } from "./bases";
import type { ImageName } from "./official";

/** A small text file of the image, for example its entry point. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** How the stand-in for an official image is put together here. */
export interface Recipe {
  readonly base: BaseName;
  /** Further folders below /roots of the donor. @default none */
  readonly roots?: readonly string[];
  /** Where each tool of the toolchain goes. One tool may go to several places. */
  readonly tools: readonly { readonly tool: ToolName; readonly path: string }[];
  readonly scripts?: readonly TextFile[];
  /** Brings a Node program with its packages and the Node that runs this. @default `false` */
  readonly node?: boolean;
  /** Run once in the finished image, with no network: an image that cannot do this is no image. */
  readonly trial: readonly string[];
}

export type OfflineImageName = Exclude<ImageName, "grafana">;

const CADVISOR_HEALTH = `#!/bin/sh
# As in the official image: the port may be moved by a flag of the first process.
port=$(tr '\\0' '\\n' </proc/1/cmdline | sed -n 's/^--\\{0,1\\}port=//p' | tail -n 1)
exec wget -q -O /dev/null "http://127.0.0.1:\${port:-8080}/healthz"
`;

const CADVISOR_ENTRY = `#!/bin/sh
exec /usr/bin/cadvisor "$@"
`;

const CURL_ENTRY = `#!/bin/sh
# As in the official image: words that are no command are meant for curl.
case "$1" in
-* | "") set -- curl "$@" ;;
*) command -v "$1" >/dev/null || set -- curl "$@" ;;
esac
exec "$@"
`;

const NGINX_ENTRY = `#!/bin/sh
exec "$@"
`;

/** Every image that can be made from package registries. Grafana cannot: no registry has it. */
export const RECIPES: Readonly<Record<OfflineImageName, Recipe>> = {
  prometheus: {
    base: "busybox",
    tools: [
      { tool: "prometheus", path: "/bin/prometheus" },
      { tool: "promtool", path: "/bin/promtool" },
    ],
    trial: ["/bin/prometheus", "--version"],
  },
  loki: {
    base: "static",
    tools: [{ tool: "loki", path: "/usr/bin/loki" }],
    trial: ["/usr/bin/loki", "-version"],
  },
  alertmanager: {
    base: "busybox",
    tools: [
      { tool: "alertmanager", path: "/bin/alertmanager" },
      { tool: "amtool", path: "/bin/amtool" },
    ],
    trial: ["/bin/alertmanager", "--version"],
  },
  "blackbox-exporter": {
    base: "busybox",
    tools: [{ tool: "blackbox_exporter", path: "/bin/blackbox_exporter" }],
    trial: ["/bin/blackbox_exporter", "--version"],
  },
  cadvisor: {
    base: "busybox",
    tools: [{ tool: "cadvisor", path: "/usr/bin/cadvisor" }],
    scripts: [
      { path: "/usr/bin/entrypoint.sh", text: CADVISOR_ENTRY },
      { path: "/usr/bin/healthcheck.sh", text: CADVISOR_HEALTH },
    ],
    trial: ["/usr/bin/cadvisor", "--help"],
  },
  promtail: {
    base: "bash",
    tools: [{ tool: "promtail", path: "/usr/bin/promtail" }],
    trial: ["/bin/bash", "-c", "/usr/bin/promtail -version | grep -q promtail"],
  },
  alloy: {
    base: "bash",
    tools: [{ tool: "alloy", path: "/bin/alloy" }],
    trial: ["/bin/bash", "-c", "/bin/alloy --version | grep -q alloy"],
  },
  "node-exporter": {
    base: "busybox",
    tools: [{ tool: "node_exporter", path: "/bin/node_exporter" }],
    trial: ["/bin/node_exporter", "--version"],
  },
  "socket-proxy": {
    base: "scratch",
    tools: [
      { tool: "socket-proxy", path: "/socket-proxy" },
      // One program under two names; by the second it checks the first.
      { tool: "socket-proxy", path: "/healthcheck" },
    ],
    trial: ["/socket-proxy", "-h"],
  },
  "mail-catcher": {
    base: "busybox",
    tools: [],
    node: true,
    trial: ["/usr/local/bin/node", "bin/maildev", "--version"],
  },
  gateway: {
    base: "busybox",
    roots: ["nginx"],
    tools: [],
    scripts: [{ path: "/docker-entrypoint.sh", text: NGINX_ENTRY }],
    trial: ["/usr/sbin/nginx", "-e", "stderr", "-v"],
  },
  acme: {
    base: "busybox",
    tools: [{ tool: "lego", path: "/lego" }],
    trial: ["/lego", "--version"],
  },
  "mongodb-exporter": {
    base: "bash",
    tools: [{ tool: "alloy-mongodb", path: "/bin/alloy" }],
    trial: ["/bin/bash", "-c", "/bin/alloy --version | grep -q alloy"],
  },
  "mysqld-exporter": {
    base: "busybox",
    tools: [{ tool: "mysqld_exporter", path: "/bin/mysqld_exporter" }],
    trial: ["/bin/mysqld_exporter", "--version"],
  },
  "postgres-exporter": {
    base: "busybox",
    tools: [{ tool: "postgres_exporter", path: "/bin/postgres_exporter" }],
    trial: ["/bin/postgres_exporter", "--version"],
  },
  "nginx-exporter": {
    base: "static",
    tools: [{ tool: "nginx-prometheus-exporter", path: "/usr/bin/nginx-prometheus-exporter" }],
    trial: ["/usr/bin/nginx-prometheus-exporter", "--version"],
  },
  "process-exporter": {
    base: "scratch",
    tools: [{ tool: "process-exporter", path: "/bin/process-exporter" }],
    trial: ["/bin/process-exporter", "-version"],
  },
  "redis-exporter": {
    base: "static",
    tools: [{ tool: "redis_exporter", path: "/redis_exporter" }],
    trial: ["/redis_exporter", "-version"],
  },
  thanos: {
    base: "busybox",
    tools: [{ tool: "thanos", path: "/bin/thanos" }],
    trial: ["/bin/thanos", "--version"],
  },
  keeper: {
    base: "busybox",
    roots: ["curl"],
    tools: [],
    scripts: [{ path: "/entrypoint.sh", text: CURL_ENTRY }],
    trial: ["/entrypoint.sh", "--version"],
  },
};
