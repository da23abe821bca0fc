import { gatewayUrl, letsPeopleIn } from "./gateway/route";
import { homeOf, hostOf } from "./placement";
import { PRIVATE } from "./settings/formats";
import type { Settings } from "./settings/settings";

/** A page that is served to people, by its key in `sightline:publish`. */
export type Page = "grafana" | "prometheus" | "alertmanager" | "mail";

type Placed = Pick<Settings, "gateway" | "hosts" | "publish">;

/** Address of the host a page is on, where it is served to people. */
export function pageAddress(
  { hosts, publish }: Pick<Placed, "hosts" | "publish">,
  page: Page,
): string {
  if (publish.address !== PRIVATE) return publish.address;
  return hostOf({ hosts }, homeOf({ hosts }, page)).address;
}

/** Where a person opens a page, without a slash at the end. */
export function pageUrl(settings: Placed, page: Page): string {
  // A browser says nothing of port 443, and servers compare what it says with this.
  if (letsPeopleIn(settings)) return `${new URL(gatewayUrl(settings)).origin}${pagePath(page)}`;
  return `http://${pageAddress(settings, page)}:${settings.publish[page]}`;
}

/** Path of a page behind the gateway. */
export function pagePath(page: Page): string {
  return `/${page}`;
}

export type PageService = "alertmanager" | "grafana" | "mail-catcher" | "prometheus";

/** The pages that a stack has, and the container that serves each. */
export function pagesOf({
  grafana,
  mail,
}: Settings): readonly (readonly [page: Page, service: PageService])[] {
  return [
    ["alertmanager", "alertmanager"],
    ...(grafana.enabled ? ([["grafana", "grafana"]] as const) : []),
    ...(mail.kind === "catcher" ? ([["mail", "mail-catcher"]] as const) : []),
    ["prometheus", "prometheus"],
  ];
}

/** The gateway takes the path off, and containers ask each other without it. */
export function routePrefix(settings: Settings): readonly string[] {
  return letsPeopleIn(settings) ? ["--web.route-prefix=/"] : [];
}
