import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

import { browserOrigins, browserRoute, plainRoute } from "../../../configs/browser/route";
import { answersPlainly } from "../../../configs/gateway/route";
import type { Settings } from "../../../configs/settings/settings";
import { reasonOf } from "../../lib/setup-error";
import type { Check } from "../check";
import { type Finding, fine, problem, unknown, unneeded } from "../finding";

const PATH = "sightline:browser";

/** What a browser is answered when it asks whether it may report. */
export interface Permission {
  readonly status: number;
  /** The origin that may; undefined where none was named. */
  readonly origin: string | undefined;
}

export const browser: Check = {
  name: "browser",
  looksAt:
    "whether browsers on the pages of each origin may report: what they are told when they ask first (CORS)",
  limitSeconds: 15,
  run: async ({ settings }, signal) => {
    if (!settings.browser.enabled) return [unneeded(PATH, "browsers do not report")];
    const findings = pushUrls(settings).flatMap((url) =>
      browserOrigins(settings).map(async (origin) => {
        try {
          return browserFinding(
            settings,
            { url, origin },
            await ask(settings, { url, origin }, signal),
          );
        } catch (error) {
          const why = `${url} does not answer this machine: ${reasonOf(error)}`;
          return unknown(PATH, why, "deploy it with pulumi up, or ask from where browsers are");
        }
      }),
    );
    return Promise.all(findings);
  },
};

function pushUrls(settings: Settings): readonly string[] {
  const secure = browserRoute(settings).push;
  return answersPlainly(settings) ? [...new Set([secure, plainRoute(settings).push])] : [secure];
}

/** Who asks, and where. */
interface Question {
  readonly url: string;
  readonly origin: string;
}

export function browserFinding(
  settings: Settings,
  { url, origin }: Question,
  { status, origin: allowed }: Permission,
): Finding {
  if (status < 300 && allowed === origin) return fine(PATH, `${url} takes reports of ${origin}`);
  return problem({
    path: `${PATH}.origins`,
    rule: `must let browsers on ${origin} report to ${url}`,
    got: `status ${status}, for ${allowed ?? "no origin"}`,
    fix: `pulumi up --stack ${settings.prefix} puts the settings into force; if it is done, something else answers there`,
  });
}

async function ask(
  { gateway }: Settings,
  { url, origin }: Question,
  signal: AbortSignal,
): Promise<Permission> {
  const headers = {
    Origin: origin,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
  };
  const { certificateAuthority: ca } = gateway;
  const options = { method: "OPTIONS", headers, signal, ...(ca === undefined ? {} : { ca }) };
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:") ? httpsRequest : httpRequest;
    request(url, options, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, origin: allowedBy(response.headers) });
    })
      .on("error", reject)
      .end();
  });
}

function allowedBy(headers: IncomingHttpHeaders): string | undefined {
  return headers["access-control-allow-origin"];
}
