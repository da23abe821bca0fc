import { NGINX_FORMAT_NAME, NGINX_LOG_FORMAT } from "../logs/nginx-log-format";
import { FORMAT_FILE, renderOverride } from "./override";
import { scriptTagLine } from "./script-tag";
import { changedServices, OVERRIDE_FILE, type SiteCompose } from "./site-compose";

/** Name under which Compose finds an override by itself. */
const LINK_NAME = "docker-compose.override.yml";

/** What the shell scripts of components/site-files are told: variables, and functions that print texts. */
export function scriptVariables(site: SiteCompose): string {
  const { scriptTag } = site;
  const variables: Readonly<Record<string, string>> = {
    STACK: site.stack,
    DIRECTORY: site.directory,
    PROJECT: site.project ?? "",
    FILES: site.files.join(":"),
    SERVICES: changedServices(site).join(" "),
    OVERRIDE_NAME: OVERRIDE_FILE,
    LINK_NAME,
    LOKI_DRIVER: site.lokiDriverUrl ?? "",
    NGINX: site.nginxFormat ?? "",
    FORMAT_NAME: NGINX_FORMAT_NAME,
    FORMAT_FILE,
    APPLY: site.apply ? "yes" : "",
    PROBE_URL: site.apply?.probeUrl ?? "",
    REBUILD: scriptTag?.rebuild ?? "",
    KEPT_IMAGE: `sightline-before/${site.stack}`,
    TAG_FILE: scriptTag?.file ?? "",
    TAG_URL: scriptTag?.url ?? "",
    TAG: scriptTag ? scriptTagLine(scriptTag) : "",
  };
  const texts: Readonly<Record<string, string>> = {
    mounts: site.mounts
      .map(({ service, folder, inside }) => `${service}|${folder}|${inside}\n`)
      .join(""),
    text_override: renderOverride(site),
    text_format: NGINX_LOG_FORMAT,
  };
  return [
    ...Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}\n`),
    ...Object.entries(texts).map(
      ([name, text]) => `${name}() {\n  cat <<'END_OF_TEXT'\n${text}END_OF_TEXT\n}\n`,
    ),
  ].join("");
}

/** As one word of a POSIX shell, whatever is in it. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
