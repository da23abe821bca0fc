import { centralAddress } from "../central";
import { pushingHosts } from "../metrics-route";
import { CONFIG_PATH } from "../service-spec";
import type { Settings } from "../settings/settings";
import { GATEWAY_FILES, secretFile } from "./credentials";
import { gatewayHost, PUSH_PATHS } from "./route";
import { STATE_PATH } from "./run-script";

/** Port for health and reload, on the internal network alone. */
export const STATUS_PORT = 8080;
/** Port for agents, inside the container. */
export const TLS_PORT = 8443;
export const HEALTH_PATH = "/-/healthy";
export const RELOAD_PATH = "/-/reload";

/** The gateway's one file: TLS, a login, limits, and no way but to what agents push to. */
export function nginxConfig(settings: Settings): string {
  return [
    ...PROCESS,
    block("events", ["worker_connections 512;"]),
    block("http", [
      ...LOGGING,
      ...TEMPORARY_PATHS,
      ...LIMITS,
      statusServer(),
      agentServer(settings),
    ]),
    "",
  ].join("\n");
}

const PROCESS = [
  "pid /tmp/nginx.pid;",
  "worker_processes 2;",
  "# What is under way when files change is finished, but not for ever.",
  "worker_shutdown_timeout 60s;",
  "error_log stderr warn;",
];

const LOGGING = [
  "server_tokens off;",
  "log_format short '$remote_addr $remote_user \"$request_method $uri\" $status $request_length $request_time';",
  "# Agents push every second: only what went wrong is worth a line.",
  "map $status $is_failure { ~^[23] 0; default 1; }",
  "access_log /dev/stdout short if=$is_failure;",
];

const TEMPORARY_PATHS = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
  (kind) => `${kind}_temp_path /tmp/${kind};`,
);

/** A batch of an agent has one megabyte before it is compressed. */
const LIMITS = [
  "client_max_body_size 8m;",
  "client_body_buffer_size 1m;",
  "client_header_timeout 10s;",
  "client_body_timeout 30s;",
  "send_timeout 30s;",
  "large_client_header_buffers 4 8k;",
  "limit_req_zone $binary_remote_addr zone=requests:1m rate=100r/s;",
  "limit_conn_zone $binary_remote_addr zone=connections:1m;",
  "# Of all refusals agents try again after 429 and 5xx alone, and throw lines away after others.",
  "limit_req_status 429;",
  "limit_conn_status 429;",
];

/** Asked by Docker and by the keeper of the configuration. */
function statusServer(): string {
  return block("server", [
    `listen ${STATUS_PORT};`,
    "access_log off;",
    "# Its real name is that of the folder which is in place now.",
    `root ${CONFIG_PATH};`,
    "location / { return 404; }",
    `location = ${HEALTH_PATH} {`,
    `  if (-e ${STATE_PATH}/refused$realpath_root) { return 500; }`,
    "  return 200;",
    "}",
    `location = ${RELOAD_PATH} {`,
    `  if (-e ${STATE_PATH}/taken$realpath_root) { return 200; }`,
    `  if (-e ${STATE_PATH}/refused$realpath_root) { return 400 "nginx refused it, see the gateway's log"; }`,
    "  return 503;",
    "}",
  ]);
}

function agentServer(settings: Settings): string {
  const host = gatewayHost(settings);
  return block("server", [
    `listen ${TLS_PORT} ssl;`,
    `ssl_certificate ${secretFile(GATEWAY_FILES.tls)};`,
    `ssl_certificate_key ${secretFile(GATEWAY_FILES.tls)};`,
    "ssl_protocols TLSv1.2 TLSv1.3;",
    "ssl_session_cache shared:tls:1m;",
    "ssl_session_tickets off;",
    "limit_req zone=requests burst=500 nodelay;",
    "limit_conn connections 64;",
    "location / { return 404; }",
    "location @refused {",
    "  auth_basic off;",
    '  if ($http_authorization = "") { return 401; }',
    "  # The password may be one that is being changed: after 401 the agent drops what it holds.",
    "  return 503;",
    "}",
    pushLocation(PUSH_PATHS.logs, centralAddress(settings, host, "loki")),
    ...(pushingHosts(settings).length > 0
      ? [pushLocation(PUSH_PATHS.metrics, centralAddress(settings, host, "prometheus"))]
      : []),
  ]);
}

function pushLocation(path: string, upstream: string): string {
  return block(`location = ${path}`, [
    "limit_except POST { deny all; }",
    'auth_basic "agents";',
    `auth_basic_user_file ${secretFile(GATEWAY_FILES.users)};`,
    "error_page 401 = @refused;",
    "# Looked up while it runs: the container behind the name may be made anew.",
    "resolver 127.0.0.11 valid=5s ipv6=off;",
    `set $upstream ${upstream};`,
    "proxy_pass http://$upstream;",
    "proxy_http_version 1.1;",
    'proxy_set_header Authorization "";',
    'proxy_set_header X-Scope-OrgID "";',
    "proxy_connect_timeout 5s;",
    "proxy_read_timeout 60s;",
  ]);
}

/** Lines that may themselves have lines, indented. */
function block(head: string, lines: readonly string[]): string {
  const body = lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`);
  return [`${head} {`, ...body, "}"].join("\n");
}
