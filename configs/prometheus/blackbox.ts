import { centralAddress } from "../central";
import { TLS_PORT } from "../gateway/nginx";
import { gatewayHost } from "../gateway/route";
import { homeOf } from "../placement";
import { GATEWAY_JOB } from "../rules/gateway";
import { GATEWAY_MODULE } from "../services/blackbox-exporter";
import type { Settings } from "../settings/settings";

/** Blackbox is asked in the place of a target, which becomes the `instance` label. */
export function askingBlackbox(settings: Settings) {
  return [
    { source_labels: ["__address__"], target_label: "__param_target" },
    { source_labels: ["__param_target"], target_label: "instance" },
    {
      target_label: "__address__",
      replacement: centralAddress(settings, homeOf(settings, "prometheus"), "blackbox-exporter"),
    },
  ];
}

/** The gateway's TLS as agents find it, from its own network: the firewall's doing is not seen. */
export function gatewayJob(settings: Settings) {
  if (!settings.gateway.enabled) return [];
  return [
    {
      job_name: GATEWAY_JOB,
      metrics_path: "/probe",
      params: { module: [GATEWAY_MODULE] },
      static_configs: [
        {
          targets: [`gateway:${TLS_PORT}`],
          labels: { env: settings.environment, host: gatewayHost(settings), service: "gateway" },
        },
      ],
      relabel_configs: askingBlackbox(settings),
    },
  ];
}
