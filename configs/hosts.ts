import { gather } from "./gathered";
import { type HostRole, isOneHost, type PlacedSpec } from "./placement";
import type { ServiceSpec } from "./service-spec";
import { alertmanagerSpec } from "./services/alertmanager";
import { alloySpec } from "./services/alloy";
import { blackboxExporterSpec } from "./services/blackbox-exporter";
import { cadvisorSpec } from "./services/cadvisor";
import { grafanaSpec } from "./services/grafana";
import { lokiSpec } from "./services/loki";
import { mailCatcherSpec } from "./services/mail-catcher";
import { nodeExporterSpec } from "./services/node-exporter";
import { prometheusSpec } from "./services/prometheus";
import { promtailSpec } from "./services/promtail";
import { socketProxySpec } from "./services/socket-proxy";
import type { Settings } from "./settings/settings";

/**
 * The containers of the app host. The exporters see a whole host, so where both roles share one they
 * run once, on the monitoring side.
 */
export function appHostSpecs(settings: Settings): readonly ServiceSpec[] {
  const agents = settings.logs.route === "agent" ? [logAgentSpec(settings, "app")] : [];
  if (isOneHost(settings)) return agents;
  return [
    ...agents,
    cadvisorSpec(settings, "app"),
    nodeExporterSpec(settings, "app"),
    socketProxySpec(["cadvisor", ...agents.map(({ name }) => name)]),
  ];
}

/** The containers of the monitoring host. Add a container here: it is scraped, alerted on and drawn. */
export function monitoringHostSpecs(settings: Settings): readonly ServiceSpec[] {
  // Asked when files are rendered: by then all containers are known, these three among them.
  const gathered = () => gather(settings, placed(specs, appHostSpecs(settings)));
  const specs: readonly ServiceSpec[] = [
    alertmanagerSpec(settings, gathered),
    blackboxExporterSpec(settings),
    cadvisorSpec(settings, "monitoring"),
    ...(settings.grafana.enabled ? [grafanaSpec(settings, gathered)] : []),
    lokiSpec(settings, gathered),
    ...(settings.mail.kind === "catcher" ? [mailCatcherSpec(settings)] : []),
    nodeExporterSpec(settings, "monitoring"),
    prometheusSpec(settings, gathered),
    logAgentSpec(settings, "monitoring"),
    socketProxySpec(["cadvisor", settings.logs.agent]),
  ];
  return specs;
}

function logAgentSpec(settings: Settings, host: HostRole): ServiceSpec {
  const specOf = { promtail: promtailSpec, alloy: alloySpec }[settings.logs.agent];
  return specOf(settings, host);
}

/** Every container of a stack with its host. */
export function placedSpecs(settings: Settings): readonly PlacedSpec[] {
  return placed(monitoringHostSpecs(settings), appHostSpecs(settings));
}

function placed(
  monitoring: readonly ServiceSpec[],
  app: readonly ServiceSpec[],
): readonly PlacedSpec[] {
  return [
    ...monitoring.map((spec) => ({ host: "monitoring" as const, spec })),
    ...app.map((spec) => ({ host: "app" as const, spec })),
  ];
}
