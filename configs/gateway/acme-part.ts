import { ANSWER_PORT, CHALLENGE_PATH, CHALLENGE_PORT } from "../acme/challenge";
import { ACME_SERVICE } from "../acme/files";
import type { Settings } from "../settings/settings";
import { block, type GatewayPart } from "./nginx-syntax";
import { gatewayUrl } from "./route";
import { upstream } from "./upstream";

/** What the authority finds on port 80, and all others: where https is. */
export function acmePart(settings: Settings): GatewayPart {
  return {
    servers: [
      block("server", [
        `listen ${CHALLENGE_PORT};`,
        "limit_req zone=requests burst=100 nodelay;",
        "limit_conn connections 16;",
        "client_max_body_size 1k;",
        block(`location ${CHALLENGE_PATH}`, [
          "limit_except GET { deny all; }",
          ...upstream(`${ACME_SERVICE}:${ANSWER_PORT}`),
          "proxy_set_header Host $host;",
          "proxy_connect_timeout 2s;",
          "proxy_read_timeout 5s;",
          "# It listens only while an authority is expected.",
          "error_page 502 504 =404 @no_challenge;",
        ]),
        "location @no_challenge { return 404; }",
        `location / { return 301 ${new URL(gatewayUrl(settings)).origin}$request_uri; }`,
      ]),
    ],
    locations: [],
  };
}
