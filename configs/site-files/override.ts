import { toYaml } from "../yaml";
import { changedServices, type SiteCompose } from "./site-compose";

/** Where nginx' log format lies, relative to the Compose file's folder. */
export const FORMAT_FILE = ".sightline/nginx-log-format.conf";
const FORMAT_INSIDE = "/etc/nginx/conf.d/sightline-log-format.conf";

/** The Compose file that gives the site's services their log folders, and limits to what Docker keeps. */
export function renderOverride(site: SiteCompose): string {
  const logging = loggingOf(site);
  const services = changedServices(site).map((service) => {
    const volumes = [
      ...site.mounts
        .filter((mount) => mount.service === service)
        .map(({ folder, inside }) => `${folder}:${inside}`),
      ...(site.nginxFormat === service ? [`./${FORMAT_FILE}:${FORMAT_INSIDE}:ro`] : []),
    ];
    return [service, { ...(logging ? { logging } : {}), volumes }] as const;
  });
  // Compose reads `$` as the beginning of a variable.
  return toYaml({ services: Object.fromEntries(services) }).replaceAll("$", "$$$$");
}

/**
 * With the driver, its buffer is small and it gives up soon, because a Loki that does not answer would
 * otherwise hold the site's containers up; what it cannot send stays in Docker's own files.
 */
function loggingOf({ rotation, lokiDriverUrl }: SiteCompose) {
  const limits = rotation && { "max-size": rotation.maxSize, "max-file": `${rotation.maxFiles}` };
  if (lokiDriverUrl === undefined) {
    return limits && { driver: "json-file", options: limits };
  }
  const options = {
    "loki-url": lokiDriverUrl,
    "loki-external-labels": "job=docker",
    mode: "non-blocking",
    "max-buffer-size": "4m",
    "loki-batch-size": "102400",
    "loki-retries": "2",
    "loki-timeout": "1s",
    "loki-max-backoff": "800ms",
    "keep-file": "true",
    ...limits,
  };
  return { driver: "loki", options };
}
