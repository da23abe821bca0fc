import { publishedPage } from "../central";
import { pushesMetrics } from "../metrics-route";
import { homeOf, type HostName, hostNames, isSameMachine, siteNetworkOn } from "../placement";
import type { Settings } from "../settings/settings";
import { pulledServers } from "./server-targets";

/**
 * The ways to the site's own metrics, those of its application and servers, to Amazon, to another store,
 * and to other hosts: there also the network of its page leads, where it has one.
 */
export function waysOut(settings: Settings): readonly ("egress" | "site")[] {
  const { application, discovery, metrics, site } = settings;
  const home = homeOf(settings, "prometheus");
  const isNear = (host: HostName) =>
    isSameMachine(settings, host, home) && siteNetworkOn(settings, home) !== undefined;
  const targets = pulledServers(settings);
  const asksApplication = application.metricsUrl !== undefined;
  const isSiteHere = site.dockerNetwork !== undefined;
  const asksFar = (asksApplication && !isSiteHere) || targets.some(({ host }) => !isNear(host));
  const asksNear = (asksApplication && isSiteHere) || targets.some(({ host }) => isNear(host));
  const { ec2 } = discovery;
  const isFar = [ec2, metrics.remoteWrite, asksFar, readsOtherHosts(settings)].some(Boolean);
  return [...(isFar ? (["egress"] as const) : []), ...(asksNear ? (["site"] as const) : [])];
}

/** Whether a host is read over the network, by a Prometheus that has no page of its own. */
function readsOtherHosts(settings: Settings): boolean {
  if (publishedPage(settings, "prometheus").length > 0) return false;
  const home = homeOf(settings, "prometheus");
  return hostNames(settings).some(
    (host) => !isSameMachine(settings, host, home) && !pushesMetrics(settings, host),
  );
}
