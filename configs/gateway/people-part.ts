import { centralAddress } from "../central";
import { type Page, pagePath, type PageService, pagesOf } from "../pages";
import { MAIL_CATCHER_PORT } from "../services/mail-catcher";
import type { Settings } from "../settings/settings";
import { block, type GatewayPart } from "./nginx-syntax";
import { added, HEADERS, LOGIN } from "./people-login";
import { portalLocations } from "./portal/portal-part";
import { gatewayHost, gatewayUrl } from "./route";
import { upstream } from "./upstream";

/** Below a page's path: what stops a server, changes what it has, or shows its insides. */
const CLOSED: Readonly<Partial<Record<Page, readonly string[]>>> = {
  alertmanager: ["/-/", "/debug/"],
  prometheus: [
    "/-/",
    "/api/v1/admin/",
    "/api/v1/otlp/",
    "/api/v1/read",
    "/api/v1/write",
    "/debug/",
  ],
};

/** Where alerts are listed, a POST would make one up. */
const READ_ONLY: Readonly<Partial<Record<Page, readonly string[]>>> = {
  alertmanager: ["/api/v2/alerts"],
};

/** What people find: the pages, each below a path, with a login of their own. */
export function peoplePart(settings: Settings): GatewayPart {
  return {
    http: SHARED,
    server: ["absolute_redirect off;"],
    locations: [...portalLocations(), ...pages(settings)],
  };
}

function pages(settings: Settings): readonly string[] {
  return pagesOf(settings).flatMap(([page, service]) => {
    const path = pagePath(page);
    const proxied = sentTo(settings, { page, address: addressOf(settings, service) });
    return [
      block(`location ${path}/`, proxied),
      ...(READ_ONLY[page] ?? []).map((below) =>
        block(`location ${path}${below}`, ["limit_except GET { deny all; }", ...proxied]),
      ),
      ...(CLOSED[page] ?? []).map((below) => block(`location ${path}${below}`, ["deny all;"])),
    ];
  });
}

const SHARED = [
  "# A browser asks for a hundred files of Grafana's at once, and then for a few now and then.",
  "limit_req_zone $binary_remote_addr zone=people:1m rate=20r/s;",
  "# A page of another site may lead here, but not use the visitor's login to change something.",
  block('map "$request_method $http_sec_fetch_site" $is_forged', [
    "default 0;",
    '"~^(GET|HEAD|OPTIONS) " 0;',
    '"~ (cross-site|same-site)$" 1;',
  ]),
  'map $http_upgrade $connection_kind { default upgrade; "" ""; }',
];

function sentTo(
  settings: Settings,
  { page, address }: { readonly page: Page; readonly address: string },
): readonly string[] {
  return [
    ...LOGIN,
    "if ($is_forged) { return 403; }",
    ...upstream(address),
    `proxy_set_header Host ${new URL(gatewayUrl(settings)).host};`,
    "proxy_set_header X-Forwarded-For $remote_addr;",
    "proxy_set_header X-Forwarded-Proto https;",
    "proxy_set_header Upgrade $http_upgrade;",
    "proxy_set_header Connection $connection_kind;",
    "# The session at Grafana is nobody else's business.",
    ...(page === "grafana" ? [] : ['proxy_set_header Cookie "";']),
    "proxy_connect_timeout 5s;",
    "proxy_read_timeout 130s;",
    ...Object.keys(HEADERS).map((name) => `proxy_hide_header ${name};`),
    ...added(HEADERS),
    "# What was checked above is what the server gets: its path is written anew.",
    `rewrite "(?s)^${pagePath(page)}/(.*)$" /$1 break;`,
  ];
}

function addressOf(settings: Settings, service: PageService): string {
  return service === "mail-catcher"
    ? `${service}:${MAIL_CATCHER_PORT}`
    : centralAddress(settings, gatewayHost(settings), service);
}
