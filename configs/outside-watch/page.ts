import { browserRoute } from "../browser/route";
import { gatewayAddress, gatewayUrl, letsPeopleIn } from "../gateway/route";
import type { Settings } from "../settings/settings";
import { tunnelAddress } from "../wireguard/tunnel";
import { whyHidden } from "./public-host";

type Known = Pick<
  Settings,
  "browser" | "gateway" | "hosts" | "outsideWatch" | "publish" | "wireguard"
>;

/** A page that is asked for from outside, and what it answers while all is well. */
export interface WatchedPage {
  readonly url: string;
  /** The one status that is right; undefined for any from 200 to 299. */
  readonly status?: number;
  /** Whether the certificate is one that the public knows, and is looked at. */
  readonly isTrusted: boolean;
}

/** A page of the monitoring host's own. */
export interface OwnPage extends WatchedPage {
  /** Why nobody outside reaches it, in words. */
  readonly hiddenBy?: string;
}

/** The page that is asked for: that of the settings, or the first of our own that outside reaches. */
export function watchedPage(settings: Known): WatchedPage | undefined {
  const url = settings.outsideWatch?.url;
  const pages = ownPages(settings);
  if (url === undefined) return pages.find(({ hiddenBy }) => hiddenBy === undefined);
  const own = pages.find((page) => hostOf(page.url) === hostOf(url));
  const isTrusted = url.startsWith("https:") && (own?.isTrusted ?? true);
  return { url, isTrusted };
}

/** What the monitoring host could be asked for, without a login. */
export function ownPages(settings: Known): readonly OwnPage[] {
  const { browser, gateway } = settings;
  if (!gateway.enabled) return [];
  const isTrusted = gateway.certificateAuthority === undefined;
  const door = {
    url: `${gatewayUrl(settings)}/`,
    status: letsPeopleIn(settings) ? 401 : 404,
    ...{ isTrusted, address: gatewayAddress(settings) },
  };
  if (!browser.enabled || browser.address === undefined) return [withReason(settings, door)];
  const script = {
    url: browserRoute(settings).script,
    ...{ status: 200, isTrusted, address: browser.address },
  };
  return [door, script].map((page) => withReason(settings, page));
}

/** @param page with the address that it is listened for on: a name may be public where that is not */
function withReason(
  { wireguard }: Known,
  { address, ...page }: WatchedPage & { readonly address: string },
): OwnPage {
  const hiddenBy =
    wireguard.enabled && address === tunnelAddress({ wireguard })
      ? `listens in the tunnel, on ${address}`
      : address.startsWith("127.")
        ? `listens on ${address} alone`
        : nameReason(page.url);
  return hiddenBy === undefined ? page : { ...page, hiddenBy };
}

function nameReason(url: string): string | undefined {
  const host = hostOf(url);
  const reason = whyHidden(host);
  return reason && `has ${host} as its name, ${reason}`;
}

function hostOf(url: string): string {
  return new URL(url).hostname;
}
