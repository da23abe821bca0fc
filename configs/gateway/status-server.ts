import { usesAcme } from "../acme/challenge";
import { METRICS_FILE } from "../acme/files";
import { CONFIG_PATH } from "../service-spec";
import type { Settings } from "../settings/settings";
import { block } from "./nginx-syntax";
import { STATE_PATH } from "./run-script";

/** Port for health and reload, on the internal network alone. */
export const STATUS_PORT = 8080;
export const HEALTH_PATH = "/-/healthy";
export const RELOAD_PATH = "/-/reload";
/** What whoever renews the certificate tells of itself. */
export const ACME_METRICS_PATH = "/-/acme";

/** Asked by Docker and by the keeper of the configuration. */
export function statusServer(settings: Settings): string {
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
    ...(usesAcme(settings)
      ? [
          block(`location = ${ACME_METRICS_PATH}`, [
            `alias ${METRICS_FILE};`,
            "types { }",
            "default_type text/plain;",
          ]),
        ]
      : []),
  ]);
}
