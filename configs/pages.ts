import type { Settings } from "./settings/settings";

/** A page that is served to people, by its key in `sightline:publish`. */
export type Page = "grafana" | "prometheus" | "alertmanager" | "mail";

/** Where a person opens a page of the monitoring host, without a slash at the end. */
export function pageUrl({ publish }: Settings, page: Page): string {
  return `http://${publish.address}:${publish[page]}`;
}
