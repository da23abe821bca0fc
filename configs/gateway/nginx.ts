import { usesAcme } from "../acme/challenge";
import type { Settings } from "../settings/settings";
import { acmePart } from "./acme-part";
import { agentsPart } from "./agents-part";
import { browserPart } from "./browser-part";
import { block, type GatewayPart } from "./nginx-syntax";
import { peoplePart } from "./people-part";
import { letsPeopleIn } from "./route";
import { statusServer } from "./status-server";
import { tlsServer } from "./tls-server";

/** Port for everybody else, inside the container. */
export const TLS_PORT = 8443;

/** The gateway's one file: TLS, limits, and no way but to what somebody has a login for. */
export function nginxConfig(settings: Settings): string {
  const parts = partsOf(settings);
  return [
    ...PROCESS,
    block("events", ["worker_connections 512;"]),
    block("http", [
      ...LOGGING,
      ...TEMPORARY_PATHS,
      ...LIMITS,
      ...parts.flatMap(({ http = [] }) => http),
      statusServer(settings),
      ...parts.flatMap(({ servers = [] }) => servers),
      ...(settings.gateway.enabled ? [ownServer(settings, parts)] : []),
    ]),
    "",
  ].join("\n");
}

function ownServer(settings: Settings, parts: readonly GatewayPart[]): string {
  return tlsServer(settings, TLS_PORT, [
    ...parts.flatMap(({ server = [] }) => server),
    ...parts.flatMap(({ locations }) => locations),
  ]);
}

/** One part for each kind of visitor. */
function partsOf(settings: Settings): readonly GatewayPart[] {
  return [
    agentsPart(settings),
    ...(letsPeopleIn(settings) ? [peoplePart(settings)] : []),
    ...(settings.browser.enabled ? [browserPart(settings)] : []),
    ...(usesAcme(settings) ? [acmePart(settings)] : []),
  ];
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
  "log_format short '$remote_addr $remote_user \"$request_method $asked\" $status $request_length $request_time';",
  "# As it was asked for, without what follows a question mark.",
  'map $request_uri $asked { "~^([^?]*)" $1; }',
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
