import { createHash } from "node:crypto";

import { answersPlainly } from "../gateway/route";
import type { Files } from "../service-spec";
import type { Settings } from "../settings/settings";
import { loggerLine } from "./line";
import { LOGGER_TEXT } from "./logger-text";
import { browserRoute, plainRoute } from "./route";

/** The script's file, and that of the one which reports in plain HTTP. */
export const LOGGER_FILE = "logger.js";
export const BROWSER_PLAIN_FILE = "logger-plain.js";

export interface BrowserScript {
  readonly url: string;
  /** By which browsers run this script and no other. */
  readonly integrity: string;
  /** The line for the page's head. */
  readonly tag: string;
}

/** The script's files, by name. */
export function loggerFiles(settings: Settings): Files {
  return {
    ...(settings.gateway.enabled ? { [LOGGER_FILE]: loggerScript(settings) } : {}),
    ...(answersPlainly(settings)
      ? { [BROWSER_PLAIN_FILE]: loggerScript(settings, plainRoute(settings)) }
      : {}),
  };
}

/**
 * The script as it is served, with its settings behind it.
 *
 * @param route where it reports. @default as the line for the site's pages has it
 */
export function loggerScript(settings: Settings, route = browserRoute(settings)): string {
  const { sessions, eventsPerPage } = settings.browser;
  const options = { url: route.push, share: sessions, most: eventsPerPage };
  return `((OPTIONS)=>{${LOGGER_TEXT}})(${JSON.stringify(options)});\n`;
}

/** How the site's pages name the script; undefined where browsers do not report. */
export function browserScript(settings: Settings): BrowserScript | undefined {
  if (!settings.browser.enabled) return undefined;
  const hash = createHash("sha384").update(loggerScript(settings)).digest("base64");
  const script = { url: browserRoute(settings).script, integrity: `sha384-${hash}` };
  return { ...script, tag: loggerLine(script) };
}
