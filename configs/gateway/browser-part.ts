import { LOGGER_FILE } from "../browser/logger";
import { PUSH_FORMAT } from "../browser/push-format";
import { BROWSER_PUSH_PATH, browserOrigins } from "../browser/route";
import { BROWSER_PORT } from "../logs/browser";
import { machineOwner, nameOn } from "../placement";
import type { Settings } from "../settings/settings";
import { browserPushLocation, JUDGE, scriptLocation } from "./browser-locations";
import { block, type GatewayPart } from "./nginx-syntax";
import { PLAIN_SHARED, plainServers } from "./plain-servers";
import { answersPlainly, gatewayHost, PUSH_PATHS } from "./route";
import { tlsServer } from "./tls-server";
import { upstream } from "./upstream";

/** Port inside the container for browsers alone, where they have an address of their own. */
export const BROWSER_TLS_PORT = 8444;

/** What people's browsers find, without a login: the script, and where it reports. */
export function browserPart(settings: Settings): GatewayPart {
  const own = [scriptLocation(LOGGER_FILE), browserPushLocation(BROWSER_PUSH_PATH)];
  const isApart = settings.gateway.enabled && settings.browser.address !== undefined;
  const isPlain = answersPlainly(settings);
  return {
    http: [
      block("map $http_origin $browser_origin", [
        ...browserOrigins(settings).map(
          (origin) => `~^${origin.replaceAll(".", "\\.")}$ ${origin};`,
        ),
        'default "";',
      ]),
      block("map $request_body $browser_shape", [
        `'~${PUSH_FORMAT.replaceAll("\\\\", "\\\\\\\\")}' right;`,
        "default wrong;",
      ]),
      "limit_req_zone $binary_remote_addr zone=browser:1m rate=5r/s;",
      "limit_req_zone browsers zone=browsers:32k rate=50r/s;",
      "limit_conn_zone $binary_remote_addr zone=browser_connections:1m;",
      ...(isPlain ? PLAIN_SHARED : []),
    ],
    locations: isApart ? [] : own,
    servers: [
      judge(settings),
      ...(isApart ? [tlsServer(settings, BROWSER_TLS_PORT, own)] : []),
      ...(isPlain ? plainServers(settings) : []),
    ],
  };
}

/** Nothing of the request but its body reaches the agent. */
function judge(settings: Settings): string {
  const agent = nameOn(
    settings,
    machineOwner(settings, gatewayHost(settings)),
    settings.logs.agent,
  );
  return block("server", [
    `listen ${JUDGE};`,
    "if ($http_shape != right) { return 400; }",
    block("location /", [
      ...upstream(`${agent}:${BROWSER_PORT}${PUSH_PATHS.logs}`),
      "proxy_pass_request_headers off;",
      "proxy_set_header Content-Type application/json;",
      "proxy_connect_timeout 2s;",
      "proxy_read_timeout 10s;",
    ]),
  ]);
}
