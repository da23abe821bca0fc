import { centralAddress } from "../central";
import { pushingHosts } from "../metrics-route";
import type { Settings } from "../settings/settings";
import { GATEWAY_FILES, secretFile } from "./credentials";
import { block, type GatewayPart } from "./nginx-syntax";
import { gatewayHost, PUSH_PATHS } from "./route";
import { upstream } from "./upstream";

/** What agents of app hosts find: where they push, with a login. */
export function agentsPart(settings: Settings): GatewayPart {
  const host = gatewayHost(settings);
  return {
    locations: [
      block("location @refused", [
        "auth_basic off;",
        'if ($http_authorization = "") { return 401; }',
        "# The password may be one that is being changed: after 401 the agent drops what it holds.",
        "return 503;",
      ]),
      pushLocation(PUSH_PATHS.logs, centralAddress(settings, host, "loki")),
      ...(pushingHosts(settings).length > 0
        ? [pushLocation(PUSH_PATHS.metrics, centralAddress(settings, host, "prometheus"))]
        : []),
    ],
  };
}

function pushLocation(path: string, address: string): string {
  return block(`location = ${path}`, [
    "limit_except POST { deny all; }",
    "# What agents send is snappy at most, which does not grow a thousandfold where it is unpacked.",
    'if ($http_content_encoding !~* "^(snappy)?$") { return 415; }',
    'auth_basic "agents";',
    `auth_basic_user_file ${secretFile(GATEWAY_FILES.users)};`,
    "error_page 401 = @refused;",
    ...upstream(address),
    'proxy_set_header X-Scope-OrgID "";',
    "proxy_connect_timeout 5s;",
    "proxy_read_timeout 60s;",
  ]);
}
