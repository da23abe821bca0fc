import { mysqldExporter } from "../services/exporters/mysqld-exporter";
import { nginxExporter } from "../services/exporters/nginx-exporter";
import { postgresExporter } from "../services/exporters/postgres-exporter";
import { processExporter } from "../services/exporters/process-exporter";
import { redisExporter } from "../services/exporters/redis-exporter";

/** Every exporter by its key in `hosts.<name>.exporters`. Add one here: it can be set at once. */
export const EXPORTERS = {
  mysql: mysqldExporter,
  nginx: nginxExporter,
  postgres: postgresExporter,
  process: processExporter,
  redis: redisExporter,
} as const;

export type ExporterKey = keyof typeof EXPORTERS;
