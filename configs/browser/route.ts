import { gatewayName, PUSH_PATHS } from "../gateway/route";
import { pageAddress } from "../pages";
import type { Settings } from "../settings/settings";

/** Where the script is served. */
export const LOGGER_PATH = "/logger.js";
/** Where browsers report. It is Loki's own path below a folder, because agents log in at that. */
export const BROWSER_PUSH_PATH = `/browser${PUSH_PATHS.logs}`;

/** The pages whose browsers may report, as they name them in the header `Origin`. */
export function browserOrigins({ browser, site }: Pick<Settings, "browser" | "site">) {
  return browser.origins ?? [new URL(site.pageUrl).origin];
}

/** Where browsers find the script, and where it reports. */
export interface BrowserRoute {
  readonly script: string;
  readonly push: string;
}

type Routed = Pick<Settings, "browser" | "gateway" | "hosts" | "publish">;

/** That of the line for the site's pages: by https, where the gateway has a certificate. */
export function browserRoute(settings: Routed): BrowserRoute {
  if (!settings.gateway.enabled) return plainRoute(settings);
  const port = browserPort(settings);
  const origin = `https://${browserName(settings)}:${port}`;
  return { script: `${origin}${LOGGER_PATH}`, push: `${origin}${BROWSER_PUSH_PATH}` };
}

/** The same in plain HTTP, on the ports where Grafana and Loki are looked for. */
export function plainRoute({ browser, hosts, publish }: Routed): BrowserRoute {
  const name = browser.serverName ?? pageAddress({ hosts, publish }, "grafana");
  return {
    script: `http://${name}:${publish.grafana}${LOGGER_PATH}`,
    push: `http://${name}:${publish.loki}${PUSH_PATHS.logs}`,
  };
}

/** The name by which browsers reach the gateway by https, and which its certificate must have. */
export function browserName({
  browser,
  ...settings
}: Pick<Settings, "browser" | "gateway" | "hosts">): string {
  return browser.serverName ?? browser.address ?? gatewayName(settings);
}

/** The port on which they do. */
export function browserPort({ browser, gateway }: Pick<Settings, "browser" | "gateway">): number {
  return browser.port ?? gateway.port;
}
