import { morePages } from "../../configs/rules/probes";
import type { Settings } from "../../configs/settings/settings";

/** A URL of the site that is asked from the monitoring host, and the setting it is in. */
export interface SiteUrl {
  readonly path: string;
  readonly url: URL;
}

export function siteUrls({ site, application }: Settings): readonly SiteUrl[] {
  const written = {
    "sightline:site.pageUrl": site.pageUrl,
    "sightline:site.apiUrl": site.apiUrl,
    ...Object.fromEntries(
      morePages({ site }).map(({ target, url }) => [`sightline:site.pages.${target}`, url]),
    ),
    "sightline:application.metricsUrl": application.metricsUrl,
  };
  return Object.entries(written).flatMap(([path, url]) =>
    url === undefined ? [] : [{ path, url: new URL(url) }],
  );
}
