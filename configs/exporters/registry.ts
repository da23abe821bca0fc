import { mongodbExporter } from "../services/exporters/mongodb-exporter";
import { mysqldExporter } from "../services/exporters/mysqld-exporter";
import { nginxExporter } from "../services/exporters/nginx-exporter";
import { postgresExporter } from "../services/exporters/postgres-exporter";
import { processExporter } from "../services/exporters/process-exporter";
import { redisExporter } from "../services/exporters/redis-exporter";
import { dockerMetrics } from "./targets/docker-daemon";
import { jenkinsMetrics } from "./targets/jenkins";
import { rabbitmqMetrics } from "./targets/rabbitmq";

/** Every exporter by its key in `hosts.<name>.exporters`. Add one here: it can be set at once. */
export const EXPORTERS = {
  docker: dockerMetrics,
  jenkins: jenkinsMetrics,
  mongodb: mongodbExporter,
  mysql: mysqldExporter,
  nginx: nginxExporter,
  postgres: postgresExporter,
  process: processExporter,
  rabbitmq: rabbitmqMetrics,
  redis: redisExporter,
} as const;

export type ExporterKey = keyof typeof EXPORTERS;
