import type { Problem } from "../errors";
import { ownPages } from "../outside-watch/page";
import { whyHidden } from "../outside-watch/public-host";
import type { Parsed } from "./settings";

const PATH = "sightline:outsideWatch.url";
const NO_WAY_IN = "or use alerting.deadMansSwitch, which needs no way in";

/** Somebody outside has to reach what is watched. */
export function outsideWatchProblems(settings: Partial<Parsed>): readonly Problem[] {
  const { browser, gateway, hosts, outsideWatch, publish, wireguard } = settings;
  if (!outsideWatch) return [];
  if (outsideWatch.url !== undefined) return urlProblems(outsideWatch.url);
  if (!browser || !gateway || !hosts || !publish || !wireguard) return [];
  const pages = ownPages({ browser, gateway, hosts, outsideWatch, publish, wireguard });
  if (pages.some(({ hiddenBy }) => hiddenBy === undefined)) return [];
  return [
    {
      path: PATH,
      rule: "must be set: the monitoring host has nothing that is reached from the internet",
      got:
        pages.map(({ url, hiddenBy = "" }) => `${url}, which ${hiddenBy}`).join("; ") ||
        "no gateway",
      fix: `${wayIn({ gateway, wireguard })}; ${NO_WAY_IN}`,
    },
  ];
}

function urlProblems(url: string): readonly Problem[] {
  const { hostname } = new URL(url);
  const reason = whyHidden(hostname);
  if (reason === undefined) return [];
  return [
    {
      path: PATH,
      rule: "must have a host that is reached from the internet",
      got: `${hostname}, ${reason}`,
      fix: `its public name or IPv4 address; ${NO_WAY_IN}`,
    },
  ];
}

function wayIn({ gateway, wireguard }: Pick<Parsed, "gateway" | "wireguard">): string {
  if (!gateway.enabled) return "npm run credentials -- --stack <stack>, which enables the gateway";
  return wireguard.enabled
    ? "let browsers report on an address outside of the tunnel (browser.enabled, browser.address): their script is watched then"
    : "set gateway.address and gateway.serverName to those that the internet reaches";
}
