import { type Page, pagePath, pagesOf } from "../../pages";
import type { Files } from "../../service-spec";
import type { Settings } from "../../settings/settings";
import { PORTAL_SCRIPT } from "./script";
import { PORTAL_STYLE } from "./style";

/** Folder of the page's files, and the path below which they are served. */
export const PORTAL_FOLDER = "portal";

const TITLES: Readonly<Record<Page, readonly [title: string, purpose: string]>> = {
  alertmanager: ["Alertmanager", "alerts and silences"],
  grafana: ["Grafana", "dashboards and logs"],
  mail: ["Mail", "what was sent"],
  prometheus: ["Prometheus", "metrics and rules"],
};

/** The page at the root of the door, by path below the gateway's configuration folder. */
export function portalFiles(settings: Settings): Files {
  return {
    [`${PORTAL_FOLDER}/index.html`]: portalPage(settings),
    [`${PORTAL_FOLDER}/portal.css`]: PORTAL_STYLE,
    [`${PORTAL_FOLDER}/portal.js`]: PORTAL_SCRIPT,
  };
}

function portalPage(settings: Settings): string {
  const { environment, site } = settings;
  const links = pagesOf(settings).map(([page]) => {
    const [title, purpose] = TITLES[page];
    return `    <a href="${pagePath(page)}/">${title}<small>${purpose}</small></a>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${site.name}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/${PORTAL_FOLDER}/portal.css">
  <script src="/${PORTAL_FOLDER}/portal.js" defer></script>
</head>
<body data-site="${site.name} (${environment})">
  <h1>${site.name} (${environment})</h1>
  <p id="verdict" role="status">Asking…</p>
  <p id="time"><noscript>Without JavaScript this page has the links alone.</noscript></p>
  <section id="alerts-part" hidden><h2>Alerts</h2><ul id="alerts"></ul></section>
  <section id="checks-part" hidden><h2>Checks from outside</h2><ul id="checks"></ul></section>
  <section id="silent-part" hidden><h2>Silent servers</h2><ul id="silent"></ul></section>
  <h2>Pages</h2>
  <nav>
${links.join("\n")}
  </nav>
</body>
</html>
`;
}
