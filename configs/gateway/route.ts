import { pushesMetrics } from "../metrics-route";
import { appHosts, homeOf, type HostName, hostOf, isSameMachine } from "../placement";
import type { Settings } from "../settings/settings";

type Placed = Pick<Settings, "gateway" | "hosts">;

/** Where the gateway takes what agents push, by what it is. */
export const PUSH_PATHS = { logs: "/loki/api/v1/push", metrics: "/api/v1/write" } as const;

/** The host that the gateway runs on. */
export function gatewayHost(settings: Placed): HostName {
  return homeOf(settings, "gateway");
}

/** Whether the agent of a host pushes logs through the gateway; the others reach Loki by themselves. */
export function pushesLogs(settings: Placed, host: HostName): boolean {
  return (
    settings.gateway.enabled &&
    appHosts(settings).includes(host) &&
    !isSameMachine(settings, host, homeOf(settings, "loki"))
  );
}

/** Whether the agent of a host has a login at the gateway. */
export function usesGateway(settings: Placed, host: HostName): boolean {
  return pushesLogs(settings, host) || pushesMetrics(settings, host);
}

/** The hosts that have a login at the gateway. */
export function gatewayUsers(settings: Placed): readonly HostName[] {
  return appHosts(settings).filter((host) => usesGateway(settings, host));
}

/** The address of its host on which the gateway listens. */
export function gatewayAddress(settings: Placed): string {
  return settings.gateway.address ?? hostOf(settings, gatewayHost(settings)).address;
}

/** The name by which agents reach the gateway, and for which its certificate is made. */
export function gatewayName(settings: Placed): string {
  return settings.gateway.serverName ?? gatewayAddress(settings);
}

/** Where agents reach the gateway, without a slash at the end. */
export function gatewayUrl(settings: Placed): string {
  return `https://${gatewayName(settings)}:${settings.gateway.port}`;
}

/** Whether people come in by the gateway too: then no page has a port of its own. */
export function letsPeopleIn({ gateway }: Pick<Settings, "gateway">): boolean {
  return gateway.enabled && gateway.people.length > 0;
}

/** Whether browsers find the script and report in plain HTTP too, on the ports of Grafana and Loki. */
export function answersPlainly({ browser }: Pick<Settings, "browser">): boolean {
  return browser.enabled && browser.plainHttp;
}

/** Whether there is a container for it: without TLS it is there for browsers in plain HTTP alone. */
export function hasGateway(settings: Pick<Settings, "browser" | "gateway">): boolean {
  return settings.gateway.enabled || answersPlainly(settings);
}

/** Where agents push metrics. */
export function metricsPushUrl(settings: Placed): string {
  return `${gatewayUrl(settings)}${PUSH_PATHS.metrics}`;
}
