import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";

import { expiredProblems } from "../../../components/expired-certificate";
import { gatewayAddress, gatewayName } from "../../../configs/gateway/route";
import type { Settings } from "../../../configs/settings/settings";
import { reasonOf } from "../../lib/setup-error";
import type { Check } from "../check";
import { type Finding, fine, problem, unknown, unneeded } from "../finding";
import { siteUrls } from "../site-urls";

/** Somebody who answers by TLS. */
export interface TlsPlace {
  /** The setting that names it. */
  readonly path: string;
  readonly host: string;
  readonly port: number;
  /** The name that its certificate must have. */
  readonly name: string;
  /** Whom to trust, in PEM. @default what this machine trusts */
  readonly authority?: string;
  readonly renewal: string;
}

/** What it showed. */
export interface Shown {
  readonly endMs: number;
  /** Why it would not be trusted; undefined where it is. */
  readonly distrust: string | undefined;
}

const DAY_MS = 86_400_000;

export const tls: Check = {
  name: "tls",
  looksAt:
    "the certificates of the site's https URLs and of the gateway, as this machine is shown them: trusted, and not soon over",
  limitSeconds: 15,
  run: async ({ settings, nowMs }, signal) => {
    const places = tlsPlaces(settings);
    if (places.length === 0) {
      return [unneeded("tls", "no URL of the site is https, and there is no gateway")];
    }
    const findings = places.map(async (place) => {
      try {
        return tlsFinding(settings, place, await certificateOf(place, signal), nowMs());
      } catch (error) {
        const why = `${place.host}:${place.port} shows this machine no certificate: ${reasonOf(error)}`;
        const ask = `openssl s_client -connect ${place.host}:${place.port} -servername ${place.name}`;
        return unknown(
          place.path,
          why,
          `start what answers there, or ask where it is reached: ${ask}`,
        );
      }
    });
    return [...expiredProblems(settings, nowMs()).map(problem), ...(await Promise.all(findings))];
  },
};

/** Each place once, also where two URLs lead there. */
export function tlsPlaces(settings: Settings): readonly TlsPlace[] {
  const ofSite = siteUrls(settings)
    .filter(({ url }) => url.protocol === "https:")
    .map(({ path, url }): TlsPlace => ({
      path,
      host: url.hostname,
      port: Number(url.port || 443),
      name: url.hostname,
      renewal: "renew it where the site's TLS ends",
    }));
  const once = [
    ...new Map(ofSite.reverse().map((place) => [`${place.host}:${place.port}`, place])).values(),
  ].reverse();
  if (!settings.gateway.enabled) return once;
  const { certificateAuthority: authority, port, tls: source } = settings.gateway;
  const isFiles = source.kind === "files";
  return [
    ...once,
    {
      path: "sightline:gateway",
      host: gatewayAddress(settings),
      port,
      name: gatewayName(settings),
      ...(authority === undefined ? {} : { authority }),
      renewal: isFiles
        ? `npm run credentials -- --stack ${settings.prefix}, then pulumi up`
        : `read why it is not renewed: docker logs ${settings.prefix}-acme`,
    },
  ];
}

/** What to say of a certificate; the alerts about it say the same. */
export function tlsFinding(
  settings: Settings,
  place: TlsPlace,
  { endMs, distrust }: Shown,
  nowMs: number,
): Finding {
  const { path, host, port, renewal: fix } = place;
  const end = new Date(endMs).toISOString().slice(0, 10);
  const soonMs = settings.alerts.TlsExpirySoon.before;
  const days = Math.floor((endMs - nowMs) / DAY_MS);
  if (endMs <= nowMs) {
    const rule = `needs a certificate at ${host}:${port} that has not ended`;
    return problem({ path, rule, got: `an end on ${end}`, fix });
  }
  if (distrust !== undefined) {
    const rule = `needs a certificate at ${host}:${port} that is trusted as ${place.name}`;
    return problem({ path, rule, got: distrust, fix });
  }
  if (endMs - nowMs < soonMs) {
    const rule = `needs a certificate at ${host}:${port} for ${Math.floor(soonMs / DAY_MS)} days and more (alerts.TlsExpirySoon.before)`;
    return problem({ path, rule, got: `one for ${days} days, until ${end}`, fix });
  }
  return fine(path, `the certificate at ${host}:${port} is good for ${days} days, until ${end}`);
}

/** @throws Error where nobody answers, or not by TLS */
export async function certificateOf(place: TlsPlace, signal: AbortSignal): Promise<Shown> {
  const { host, port, name, authority } = place;
  const socket = connect({
    host: host.replace(/^\[|\]$/g, ""),
    port,
    rejectUnauthorized: false,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(authority === undefined ? {} : { ca: authority }),
  });
  const end = () => socket.destroy(new Error("no answer in time"));
  signal.addEventListener("abort", end);
  try {
    return await new Promise<Shown>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("secureConnect", () => {
        resolve(shown(socket));
      });
    });
  } finally {
    signal.removeEventListener("abort", end);
    socket.destroy();
  }
}

function shown(socket: TLSSocket): Shown {
  const certificate: DetailedPeerCertificate = socket.getPeerCertificate(true);
  const error = socket.authorizationError as unknown;
  return {
    endMs: Date.parse(certificate.valid_to),
    distrust: socket.authorized ? undefined : String(error),
  };
}
