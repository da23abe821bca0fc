import { LOGGER_PATH } from "../browser/route";
import { CONFIG_PATH } from "../service-spec";
import { block } from "./nginx-syntax";

/** Where what browsers push is judged by its shape, inside the container. */
export const JUDGE = "127.0.0.1:8081";

/** The script, as one of its files has it. */
export function scriptLocation(file: string): string {
  return block(`location = ${LOGGER_PATH}`, [
    "limit_except GET { deny all; }",
    `alias ${CONFIG_PATH}/${file};`,
    "types { }",
    "default_type text/javascript;",
    "charset utf-8;",
    "charset_types text/javascript;",
    "gzip on;",
    "gzip_types text/javascript;",
    'add_header Cache-Control "public, max-age=300";',
    'add_header Access-Control-Allow-Origin "*";',
    'add_header Cross-Origin-Resource-Policy "cross-origin";',
    'add_header X-Content-Type-Options "nosniff";',
  ]);
}

/** Where the script reports. */
export function browserPushLocation(path: string): string {
  const headers = [
    "add_header Access-Control-Allow-Origin $browser_origin always;",
    "add_header Vary Origin always;",
  ];
  return block(`location = ${path}`, [
    'if ($browser_origin = "") { return 403; }',
    ...headers,
    block("if ($request_method = OPTIONS)", [
      ...headers,
      'add_header Access-Control-Allow-Methods "POST" always;',
      'add_header Access-Control-Allow-Headers "Content-Type" always;',
      'add_header Access-Control-Max-Age "86400" always;',
      "return 204;",
    ]),
    "if ($request_method != POST) { return 405; }",
    'if ($http_content_encoding != "") { return 415; }',
    "client_max_body_size 16k;",
    "client_body_buffer_size 16k;",
    "limit_req zone=browser burst=20 nodelay;",
    "limit_req zone=browsers burst=200 nodelay;",
    "limit_conn browser_connections 8;",
    "# The body is known only to what comes after this request.",
    "proxy_pass_request_headers off;",
    "proxy_set_header Shape $browser_shape;",
    `proxy_pass http://${JUDGE};`,
  ]);
}
