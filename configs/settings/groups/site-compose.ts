import { z } from "zod";

import { flag, group, integer, pattern, ruleAndFix } from "../fields";
import { exportPath, httpUrl } from "../formats";

const serviceName = (example: string) =>
  pattern(/^[a-zA-Z0-9][\w.-]*$/, "must be the name of a service in the Compose file", example);

const serviceNames = z
  .array(serviceName("backend"), {
    error: ruleAndFix("must be a list of Compose services", 'for example ["backend", "worker"]'),
  })
  .prefault([]);

/** A path below the Compose file's folder. */
const relativePath = (example: string) =>
  pattern(
    /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w./-]+$/,
    "must be a path below compose.directory, of letters, digits and . _ - /",
    example,
  );

/** The Compose file that the site runs from, and what may be added beside it. */
export const siteCompose = group({
  directory: exportPath("/srv/shop"),
  project: pattern(
    /^[a-z0-9][a-z0-9_-]*$/,
    "must be a Compose project's name",
    "website",
  ).optional(),
  files: z
    .array(relativePath("docker-compose.yml"), {
      error: ruleAndFix("must be a list of Compose files", 'for example ["docker-compose.yml"]'),
    })
    .prefault([]),
  services: group({
    nginx: serviceName("nginx").optional(),
    app: serviceNames,
    redis: serviceName("redis").optional(),
  }).prefault({}),
  logPaths: group({
    nginx: exportPath("/var/log/nginx").prefault("/var/log/nginx"),
    app: exportPath("/app/backend/logs").prefault("/app/backend/logs"),
    redis: exportPath("/data/logs").prefault("/data/logs"),
  }).prefault({}),
  rotation: group({
    enabled: flag().prefault(true),
    maxSize: pattern(/^[1-9]\d*[kmg]$/, "must be a size as Docker takes it", "10m").prefault("10m"),
    maxFiles: integer({ min: 1, max: 100, example: 3 }).prefault(3),
  }).prefault({}),
  nginxLogFormat: flag().prefault(false),
  lokiDriverUrl: httpUrl("http://10.0.0.2:3100/loki/api/v1/push").optional(),
  scriptTag: group({
    file: relativePath("frontend/index.html"),
    url: httpUrl("https://monitoring.your-domain.org/logger.js").optional(),
    rebuild: serviceName("nginx").optional(),
  }).optional(),
  apply: flag().prefault(false),
  probeUrl: httpUrl("http://127.0.0.1/api/health").optional(),
});
