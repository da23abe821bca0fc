import { nginxExporter } from "../services/exporters/nginx-exporter";
import { processExporter } from "../services/exporters/process-exporter";
import { redisExporter } from "../services/exporters/redis-exporter";

/** Every exporter by its key in `hosts.<name>.exporters`. Add one here: it can be set at once. */
export const EXPORTERS = {
  nginx: nginxExporter,
  process: processExporter,
  redis: redisExporter,
} as const;

export type ExporterKey = keyof typeof EXPORTERS;
