import { answersPlainly, gatewayUrl, letsPeopleIn, PUSH_PATHS, pushesLogs } from "./gateway/route";
import { pushingHosts } from "./metrics-route";
import { pageAddress } from "./pages";
import {
  hostNames,
  homeOf,
  type HostName,
  hostOf,
  isSameMachine,
  publishedToPeers,
} from "./placement";
import type { PublishedPort } from "./service-spec";
import type { Settings } from "./settings/settings";

type Placed = Pick<Settings, "gateway" | "hosts" | "publish">;

interface Central {
  /** Port inside the networks of its host. */
  readonly port: number;
  /** Port of its host, where others reach it or a page is published. */
  readonly hostPort: (publish: Settings["publish"]) => number;
  /** Services whose containers talk to this one; `*` is every log agent that pushes to it directly. */
  readonly users: readonly string[];
}

/** The services that one host has for all, and that others must find wherever they are placed. */
const CENTRAL = {
  alertmanager: {
    port: 9093,
    hostPort: ({ alertmanager }) => alertmanager,
    users: ["gateway", "grafana", "loki", "prometheus"],
  },
  "blackbox-exporter": { port: 9115, hostPort: () => 9115, users: ["prometheus"] },
  grafana: { port: 3000, hostPort: ({ grafana }) => grafana, users: ["gateway", "prometheus"] },
  loki: {
    port: 3100,
    hostPort: ({ loki }) => loki,
    users: ["gateway", "grafana", "prometheus", "*"],
  },
  prometheus: {
    port: 9090,
    hostPort: ({ prometheus }) => prometheus,
    users: ["gateway", "grafana", "prometheus"],
  },
  "thanos-query": { port: 10902, hostPort: () => 10902, users: ["grafana"] },
} as const satisfies Readonly<Record<string, Central>>;

export type CentralService = keyof typeof CENTRAL;

export function isCentral(name: string): name is CentralService {
  return name in CENTRAL;
}

/** Port on which a central service answers inside the networks of its host. */
export function centralPort(service: CentralService): number {
  return CENTRAL[service].port;
}

/** `host:port` at which containers of a host reach a central service. */
export function centralAddress(settings: Placed, from: HostName, service: CentralService): string {
  const home = homeOf(settings, service);
  const { port, hostPort } = CENTRAL[service];
  return isSameMachine(settings, from, home)
    ? `${service}:${port}`
    : `${hostOf(settings, home).address}:${hostPort(settings.publish)}`;
}

/** Where the log agent of a host pushes what it reads. */
export function lokiPushUrl(settings: Placed, from: HostName): string {
  const origin = pushesLogs(settings, from)
    ? gatewayUrl(settings)
    : `http://${centralAddress(settings, from, "loki")}`;
  return `${origin}${PUSH_PATHS.logs}`;
}

/** The port that other machines need of a central service, where one of its users is elsewhere. */
export function publishedCentrally(
  settings: Placed,
  service: CentralService,
): readonly PublishedPort[] {
  const { port, hostPort, users } = CENTRAL[service] as Central;
  return publishedToPeers(settings, homeOf(settings, service), {
    container: port,
    host: hostPort(settings.publish),
    users: users.flatMap((user) => hostsOf(settings, service, user)),
  });
}

function hostsOf(settings: Placed, service: CentralService, user: string): readonly HostName[] {
  if (user === "gateway" && !gatewayGoals(settings).includes(service)) return [];
  if (user !== "*") return [homeOf(settings, user)];
  return hostNames(settings).filter((host) => !pushesLogs(settings, host));
}

/** The central services that the gateway sends requests on to. */
export function gatewayGoals(settings: Placed): readonly CentralService[] {
  const takesMetrics = pushingHosts(settings).length > 0;
  return [
    "loki",
    ...(takesMetrics || letsPeopleIn(settings) ? (["prometheus"] as const) : []),
    ...(letsPeopleIn(settings) ? (["alertmanager", "grafana"] as const) : []),
  ];
}

/**
 * A page for people, and the same port for other machines; once where both are one address, and for
 * other machines alone where the gateway answers people in its place.
 */
export function publishedPage(
  settings: Placed & Pick<Settings, "browser">,
  service: Exclude<CentralService, "blackbox-exporter" | "loki" | "thanos-query">,
): readonly PublishedPort[] {
  const peers = publishedCentrally(settings, service);
  const isBehindGateway =
    letsPeopleIn(settings) || (service === "grafana" && answersPlainly(settings));
  if (isBehindGateway) return peers;
  const { port, hostPort } = CENTRAL[service];
  const page = {
    containerPort: port,
    hostPort: hostPort(settings.publish),
    hostAddress: pageAddress(settings, service),
  };
  return [page, ...peers.filter(({ hostAddress }) => hostAddress !== page.hostAddress)];
}
