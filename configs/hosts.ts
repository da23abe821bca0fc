import { isOneHost, type PlacedSpec } from "./placement";
import type { ServiceSpec } from "./service-spec";
import { alertmanagerSpec } from "./services/alertmanager";
import { blackboxExporterSpec } from "./services/blackbox-exporter";
import { cadvisorSpec } from "./services/cadvisor";
import { grafanaSpec } from "./services/grafana";
import { lokiSpec } from "./services/loki";
import { mailCatcherSpec } from "./services/mail-catcher";
import { nodeExporterSpec } from "./services/node-exporter";
import { prometheusSpec } from "./services/prometheus";
import { appPromtailSpec, monitoringPromtailSpec } from "./services/promtail";
import { socketProxySpec } from "./services/socket-proxy";
import type { Settings } from "./settings/settings";

/**
 * The containers of the app host. The exporters see a whole host, so where both roles share one they
 * run once, on the monitoring side.
 */
export function appHostSpecs(settings: Settings): readonly ServiceSpec[] {
  return [
    ...(settings.logs.route === "agent" ? [appPromtailSpec(settings)] : []),
    ...(isOneHost(settings)
      ? []
      : [
          cadvisorSpec(settings, "app"),
          nodeExporterSpec(settings, "app"),
          socketProxySpec(["cadvisor"]),
        ]),
  ];
}

/** The containers of the monitoring host. Add a container here: it is scraped, alerted on and drawn. */
export function monitoringHostSpecs(settings: Settings): readonly ServiceSpec[] {
  const specs = [
    alertmanagerSpec(settings),
    blackboxExporterSpec(settings),
    cadvisorSpec(settings, "monitoring"),
    lokiSpec(settings),
    ...(settings.mail.kind === "catcher" ? [mailCatcherSpec(settings)] : []),
    nodeExporterSpec(settings, "monitoring"),
    monitoringPromtailSpec(settings),
    socketProxySpec(["cadvisor", "promtail"]),
  ];
  const shown = settings.grafana.enabled
    ? [...specs, grafanaSpec(settings, dashboardsOf(specs))]
    : specs;
  const others: readonly PlacedSpec[] = [
    ...shown.map((spec) => ({ host: "monitoring" as const, spec })),
    ...appHostSpecs(settings).map((spec) => ({ host: "app" as const, spec })),
  ];
  return [...shown, prometheusSpec(settings, others)];
}

function dashboardsOf(specs: readonly ServiceSpec[]) {
  return specs.flatMap(({ monitoring }) => monitoring?.dashboards ?? []);
}
