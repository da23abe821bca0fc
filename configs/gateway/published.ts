import { CHALLENGE_PORT, HTTP_CHALLENGE_PORT, usesAcme } from "../acme/challenge";
import { browserPort } from "../browser/route";
import { pageAddress } from "../pages";
import type { PublishedPort } from "../service-spec";
import type { Settings } from "../settings/settings";
import { BROWSER_TLS_PORT } from "./browser-part";
import { TLS_PORT } from "./nginx";
import { PLAIN_PORTS } from "./plain-servers";
import { answersPlainly, gatewayAddress } from "./route";

/** A port of the gateway, and the settings that its number and its address come from. */
export interface GatewayPort extends PublishedPort {
  readonly path: string;
  readonly addressPath?: string;
}

/** All ports by which somebody comes in. */
export function gatewayPorts(settings: Settings): readonly GatewayPort[] {
  return [...securePorts(settings), ...(answersPlainly(settings) ? plainPorts(settings) : [])];
}

/** The same as a spec has them. */
export function publishedByGateway(settings: Settings): readonly PublishedPort[] {
  return gatewayPorts(settings).map(({ containerPort, hostPort, hostAddress }) => ({
    containerPort,
    hostPort,
    hostAddress,
  }));
}

function securePorts(settings: Settings): readonly GatewayPort[] {
  const { browser, gateway } = settings;
  if (!gateway.enabled) return [];
  const own: GatewayPort = {
    containerPort: TLS_PORT,
    hostPort: gateway.port,
    hostAddress: gatewayAddress(settings),
    path: "gateway.port",
    ...(gateway.address === undefined ? {} : { addressPath: "gateway.address" }),
  };
  if (usesAcme(settings)) return [own, challengePort(own)];
  if (!browser.enabled || browser.address === undefined) return [own];
  const forBrowsers: GatewayPort = {
    containerPort: BROWSER_TLS_PORT,
    hostPort: browserPort(settings),
    hostAddress: browser.address,
    path: browser.port === undefined ? "gateway.port" : "browser.port",
    addressPath: "browser.address",
  };
  return [own, forBrowsers];
}

/** Where an authority asks whether the name is ours. */
function challengePort(own: GatewayPort): GatewayPort {
  return {
    ...own,
    containerPort: CHALLENGE_PORT,
    hostPort: HTTP_CHALLENGE_PORT,
    path: "gateway.tls.kind",
  };
}

function plainPorts(settings: Settings): readonly GatewayPort[] {
  const hostAddress = pageAddress(settings, "grafana");
  return (["grafana", "loki"] as const).map((name) => ({
    containerPort: name === "grafana" ? PLAIN_PORTS.script : PLAIN_PORTS.push,
    hostPort: settings.publish[name],
    hostAddress,
    path: `publish.${name}`,
  }));
}
