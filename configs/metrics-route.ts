import { appHosts, homeOf, type HostName, hostOf } from "./placement";
import type { Settings } from "./settings/settings";

type Hosts = Pick<Settings, "hosts">;

/** Whether the agent of a host reads the figures of all its containers, and pushes them to the gateway. */
export function pushesMetrics(settings: Hosts, host: HostName): boolean {
  return hostOf(settings, host).metrics === "push";
}

/** The hosts whose figures come by push alone, or not at all. */
export function pushingHosts(settings: Hosts): readonly HostName[] {
  return appHosts(settings).filter((host) => pushesMetrics(settings, host));
}

/** The hosts whose Prometheus reads the figures of a host; none where they are pushed. */
export function metricsReaders(settings: Hosts, host: HostName): readonly HostName[] {
  return pushesMetrics(settings, host) ? [] : [homeOf(settings, "prometheus")];
}
