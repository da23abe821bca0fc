import { BROWSER_PLAIN_FILE } from "../browser/logger";
import { centralAddress } from "../central";
import { pageUrl } from "../pages";
import type { Settings } from "../settings/settings";
import { browserPushLocation, scriptLocation } from "./browser-locations";
import { block } from "./nginx-syntax";
import { gatewayHost, letsPeopleIn, PUSH_PATHS } from "./route";
import { GUARDS } from "./tls-server";
import { upstream } from "./upstream";

/** Ports inside the container: of the script and Grafana, and of what browsers report. */
export const PLAIN_PORTS = { script: 3000, push: 3100 } as const;

/** Lines that the servers below share. */
export const PLAIN_SHARED = ['map $http_upgrade $plain_connection { default upgrade; "" ""; }'];

/** In plain HTTP: the script beside Grafana's pages, and where it reports on a port of its own. */
export function plainServers(settings: Settings): readonly string[] {
  return [
    block("server", [
      `listen ${PLAIN_PORTS.script};`,
      scriptLocation(BROWSER_PLAIN_FILE),
      block("location /", grafana(settings)),
    ]),
    block("server", [
      `listen ${PLAIN_PORTS.push};`,
      ...GUARDS,
      browserPushLocation(PUSH_PATHS.logs),
    ]),
  ];
}

/** Its own login stands before it, as on a port of its own. */
function grafana(settings: Settings): readonly string[] {
  if (!settings.grafana.enabled) return ["return 404;"];
  if (letsPeopleIn(settings)) return [`return 302 ${pageUrl(settings, "grafana")}/;`];
  return [
    ...upstream(centralAddress(settings, gatewayHost(settings), "grafana")),
    "proxy_set_header Host $http_host;",
    "proxy_set_header X-Forwarded-For $remote_addr;",
    "proxy_set_header Upgrade $http_upgrade;",
    "proxy_set_header Connection $plain_connection;",
    "proxy_connect_timeout 5s;",
    "proxy_read_timeout 130s;",
  ];
}
