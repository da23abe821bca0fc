import { centralPort, publishedCentrally } from "../central";
import { uptimeDashboard } from "../dashboards/uptime";
import { authorityFile } from "../gateway/agent";
import { AUTHORITY_PATH } from "../gateway/credentials";
import { gatewayName } from "../gateway/route";
import { wgetHealth } from "../health";
import { blackboxExporterRules } from "../rules/blackbox-exporter";
import { probeSpeedRules } from "../rules/probe-speed";
import { sloRules } from "../rules/slo";
import { tlsRules } from "../rules/tls";
import { uptimeRules } from "../rules/uptime";
import { CONFIG_PATH, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { toYaml } from "../yaml";

const FILE = "blackbox.yml";

/** The probe module: the seed requirement "up means HTTP 200", to the letter. */
export const PROBE_MODULE = "http_200";

/** The same as agents ask for: an encrypted connection, by a name and to a certificate that they trust. */
export const GATEWAY_MODULE = "gateway_tls";

/** What the probes call themselves, so that the site's access log tells them from visitors. */
export const PROBE_USER_AGENT = "Sightline-Probe/1 (+uptime)";

/** Probes the site from outside, as a visitor would reach it. */
export function blackboxExporterSpec(settings: Settings): ServiceSpec {
  return {
    name: "blackbox-exporter",
    kind: "BlackboxExporter",
    image: "prom/blackbox-exporter:v0.28.0",
    user: "65534:65534",
    port: centralPort("blackbox-exporter"),
    args: [`--config.file=${CONFIG_PATH}/${FILE}`],
    networks: ["data", "egress", ...(settings.site.dockerNetwork ? (["site"] as const) : [])],
    publish: publishedCentrally(settings, "blackbox-exporter"),
    health: wgetHealth(9115, "/-/healthy"),
    memoryMegabytes: 64,
    stopGraceSeconds: 5,
    configuration: {
      files: () => ({ [FILE]: toYaml(blackboxConfig(settings)), ...authorityFile(settings) }),
      reloadPath: "/-/reload",
    },
    monitoring: {
      scrape: {},
      ruleGroups: [
        uptimeRules(settings),
        probeSpeedRules(settings),
        tlsRules(settings),
        sloRules(settings),
        blackboxExporterRules(settings),
      ],
      dashboards: [uptimeDashboard(settings)],
    },
  };
}

export function blackboxConfig(settings: Settings) {
  const { intervals } = settings;
  return {
    modules: {
      ...gatewayModule(settings),
      [PROBE_MODULE]: {
        prober: "http",
        timeout: prometheusDuration(intervals.probeTimeout),
        http: {
          method: "GET",
          // The default takes any 2xx and follows redirects: a parked domain would look up.
          valid_status_codes: [200],
          follow_redirects: false,
          preferred_ip_protocol: "ip4",
          headers: { "User-Agent": PROBE_USER_AGENT },
        },
      },
    },
  };
}

function gatewayModule(settings: Settings) {
  const { enabled, certificateAuthority } = settings.gateway;
  if (!enabled) return {};
  return {
    [GATEWAY_MODULE]: {
      prober: "tcp",
      tcp: {
        preferred_ip_protocol: "ip4",
        tls: true,
        tls_config: {
          server_name: gatewayName(settings),
          ...(certificateAuthority ? { ca_file: AUTHORITY_PATH } : {}),
        },
      },
    },
  };
}
