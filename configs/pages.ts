import { homeOf, hostOf } from "./placement";
import { PRIVATE } from "./settings/formats";
import type { Settings } from "./settings/settings";

/** A page that is served to people, by its key in `sightline:publish`. */
export type Page = "grafana" | "prometheus" | "alertmanager" | "mail";

type Placed = Pick<Settings, "hosts" | "publish">;

/** Address of the host a page is on, where it is served to people. */
export function pageAddress({ hosts, publish }: Placed, page: Page): string {
  if (publish.address !== PRIVATE) return publish.address;
  return hostOf({ hosts }, homeOf({ hosts }, page)).address;
}

/** Where a person opens a page, without a slash at the end. */
export function pageUrl(settings: Placed, page: Page): string {
  return `http://${pageAddress(settings, page)}:${settings.publish[page]}`;
}
