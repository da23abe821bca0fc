import { parse, stringify } from "yaml";

/** The example site's Compose file without the folders of nginx' and the application's logs. */
export function withoutLogs(composeFile: string): string {
  const compose = parse(composeFile, { merge: true }) as {
    services: Record<string, { volumes: string[]; read_only?: boolean }>;
    volumes: object;
  };
  for (const service of Object.values(compose.services)) {
    service.volumes = service.volumes.filter(
      (volume) => !/SITE_LOG_DIR.*\/(nginx|app):/.test(volume),
    );
    // What is written into a container needs one that can be written to.
    delete service.read_only;
  }
  return stringify({ services: compose.services, volumes: compose.volumes });
}

/** The Dockerfile of a backend that has a folder of its own for logs. */
export function backendWithLogs(image: string): string {
  return `FROM ${image}\nRUN mkdir -p /app/backend/logs\n`;
}
