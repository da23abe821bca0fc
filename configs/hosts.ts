import { usesAcme } from "./acme/challenge";
import { exporterSpecs } from "./exporters/exporters";
import { hasGateway } from "./gateway/route";
import { gather, type Gathering } from "./gathered";
import { hasAgent } from "./logs/agent-hosts";
import { homeOf, type HostName, hostNames, machineOwner, type PlacedSpec } from "./placement";
import { type ServiceSpec, toolOf } from "./service-spec";
import { acmeSpec } from "./services/acme";
import { alertmanagerSpec } from "./services/alertmanager";
import { alloySpec } from "./services/alloy";
import { blackboxExporterSpec } from "./services/blackbox-exporter";
import { cadvisorSpec } from "./services/cadvisor";
import { gatewaySpec } from "./services/gateway";
import { grafanaSpec } from "./services/grafana";
import { lokiSpec } from "./services/loki";
import { mailCatcherSpec } from "./services/mail-catcher";
import { nodeExporterSpec } from "./services/node-exporter";
import { prometheusSpec } from "./services/prometheus";
import { promtailSpec } from "./services/promtail";
import { socketProxySpec } from "./services/socket-proxy";
import { thanosCompactorSpec } from "./services/thanos/thanos-compactor";
import { thanosQuerySpec } from "./services/thanos/thanos-query";
import { thanosSidecarSpec } from "./services/thanos/thanos-sidecar";
import { thanosStoreSpec } from "./services/thanos/thanos-store";
import type { Settings } from "./settings/settings";

/** Each host asks for its own containers: with fifty hosts, working all out each time took a minute. */
const known = new WeakMap<Settings, readonly PlacedSpec[]>();

/** Every container of a stack with its host. Add one below: it is scraped, alerted on and drawn. */
export function placedSpecs(settings: Settings): readonly PlacedSpec[] {
  const placed = known.get(settings) ?? place(settings);
  known.set(settings, placed);
  return placed;
}

function place(settings: Settings): readonly PlacedSpec[] {
  // Asked when files are rendered: by then all containers are known, those who ask among them.
  const gathered: Gathering = () => gather(settings, placed);
  const central = centralSpecs(settings, gathered).map((spec) => ({
    host: homeOf(settings, spec.name),
    spec,
  }));
  const placed: readonly PlacedSpec[] = hostNames(settings).flatMap((host) =>
    [
      ...central.filter((entry) => entry.host === host),
      ...hostSpecs(settings, host).map((spec) => ({ host, spec })),
    ].sort(({ spec: one }, { spec: other }) => (one.name < other.name ? -1 : 1)),
  );
  return placed;
}

/** The containers of one host. */
export function specsOn(settings: Settings, host: HostName): readonly ServiceSpec[] {
  return placedSpecs(settings)
    .filter((entry) => entry.host === host)
    .map(({ spec }) => spec);
}

/** What there is one of, wherever it is placed. */
function centralSpecs(settings: Settings, gathered: Gathering): readonly ServiceSpec[] {
  return [
    ...(usesAcme(settings) ? [acmeSpec(settings)] : []),
    alertmanagerSpec(settings, gathered),
    blackboxExporterSpec(settings),
    ...(hasGateway(settings) ? [gatewaySpec(settings)] : []),
    ...(settings.grafana.enabled ? [grafanaSpec(settings, gathered)] : []),
    lokiSpec(settings, gathered),
    ...(settings.mail.kind === "catcher" ? [mailCatcherSpec(settings)] : []),
    prometheusSpec(settings, gathered),
    ...(settings.metrics.longTerm.enabled ? thanosSpecs(settings) : []),
  ];
}

/** All beside Prometheus: the sidecar shares its data, and the others go with the sidecar. */
function thanosSpecs(settings: Settings): readonly ServiceSpec[] {
  return [
    thanosCompactorSpec(settings),
    thanosQuerySpec(settings),
    thanosSidecarSpec(settings),
    thanosStoreSpec(settings),
  ];
}

/** What every host has one of: a log agent where there is something to read, and the exporters it lacks. */
function hostSpecs(settings: Settings, host: HostName): readonly ServiceSpec[] {
  // Asked when files are rendered, as above.
  const watched = (): readonly PlacedSpec[] => specs.map((spec) => ({ host, spec }));
  const agents = hasAgent(settings, host) ? [logAgentSpec(settings, host, watched)] : [];
  const specs: readonly ServiceSpec[] = [...agents, ...exportersBeside(settings, host, agents)];
  return specs;
}

function exportersBeside(
  settings: Settings,
  host: HostName,
  agents: readonly ServiceSpec[],
): readonly ServiceSpec[] {
  const wanted = exporterSpecs(settings, host);
  if (machineOwner(settings, host) !== host) return wanted;
  const cadvisor = cadvisorSpec(settings, host);
  const exporters = [...wanted, cadvisor, nodeExporterSpec(settings, host)];
  const inside = agents.flatMap(({ monitoring }) => monitoring?.exporters ?? []);
  return [
    ...exporters.filter((spec) => inside.every(({ job }) => job !== toolOf(spec))),
    socketProxySpec(
      settings,
      host,
      [cadvisor, ...agents].map(({ name }) => name),
    ),
  ];
}

function logAgentSpec(
  settings: Settings,
  host: HostName,
  watched: () => readonly PlacedSpec[],
): ServiceSpec {
  return settings.logs.agent === "alloy"
    ? alloySpec(settings, host, watched)
    : promtailSpec(settings, host);
}
