import { load } from "js-yaml";

import { specsOn } from "../../../configs/hosts";
import { reachedFrom } from "../../../configs/placement";
import { blackboxConfig } from "../../../configs/services/blackbox-exporter";
import { lokiConfig, lokiRetention } from "../../../configs/services/loki";
import type { Settings } from "../../../configs/settings/settings";
import { devSettings, prodSettings } from "../../support/fixtures";
import { renderedFile } from "../../support/render-stack";

interface Targets {
  readonly targets: readonly string[];
}

interface ScrapeConfig {
  readonly job_name: string;
  readonly scrape_timeout?: string;
  readonly static_configs?: readonly Targets[];
  readonly file_sd_configs?: readonly { readonly files: readonly string[] }[];
}

/** Addresses by scrape job. */
function scraped(settings: Settings): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    scrapeConfigs(settings).map(({ job_name, static_configs = [], file_sd_configs = [] }) => [
      job_name,
      [
        ...static_configs,
        ...file_sd_configs.flatMap(({ files }) =>
          files.flatMap((path) => load(renderedFile(settings, `prometheus/${path}`)) as Targets[]),
        ),
      ].flatMap(({ targets }) => targets),
    ]),
  );
}

function scrapeConfigs(settings: Settings): readonly ScrapeConfig[] {
  const file = load(renderedFile(settings, "prometheus/prometheus.yml"));
  return (file as { readonly scrape_configs: readonly ScrapeConfig[] }).scrape_configs;
}

/** Job names of an agent's file. */
function agentJobs(settings: Settings, service: string): readonly string[] {
  const file = load(renderedFile(settings, `${service}/promtail.yml`));
  return (file as { scrape_configs: readonly ScrapeConfig[] }).scrape_configs.map(
    ({ job_name }) => job_name,
  );
}

const FILE_JOBS = ["nginx-access", "nginx-error", "app", "redis"];

describe("which containers run where", () => {
  const names = (settings: Settings) => ({
    app: specsOn(settings, "app").map(({ name }) => name),
    monitoring: specsOn(settings, "monitoring").map(({ name }) => name),
  });

  it("one host: the exporters run once", () => {
    expect(names(devSettings())).toEqual({
      app: ["app-process-exporter", "app-promtail"],
      monitoring: [
        "alertmanager",
        "blackbox-exporter",
        "cadvisor",
        "grafana",
        "loki",
        "mail-catcher",
        "node-exporter",
        "prometheus",
        "promtail",
        "socket-proxy",
      ],
    });
  });

  it("two hosts with NFS: exporters on both, an agent on one, no mail catcher", () => {
    expect(names(prodSettings())).toEqual({
      app: ["app-cadvisor", "app-node-exporter", "app-process-exporter", "app-socket-proxy"],
      monitoring: [
        "alertmanager",
        "blackbox-exporter",
        "cadvisor",
        "grafana",
        "loki",
        "node-exporter",
        "prometheus",
        "promtail",
        "socket-proxy",
      ],
    });
  });

  it("Grafana can be switched off", () => {
    const settings = devSettings({ grafana: { enabled: false } });
    expect(names(settings).monitoring).not.toContain("grafana");
    expect(Object.keys(scraped(settings))).not.toContain("grafana");
  });
});

describe("what Prometheus scrapes", () => {
  it("one host: every container by its name", () => {
    expect(scraped(devSettings())).toEqual({
      "blackbox-http": ["http://application:80", "http://application:80/api/health"],
      alertmanager: ["alertmanager:9093"],
      "blackbox-exporter": ["blackbox-exporter:9115"],
      cadvisor: ["cadvisor:8080"],
      grafana: ["grafana:3000"],
      loki: ["loki:3100"],
      "node-exporter": ["node-exporter:9100"],
      "process-exporter": ["app-process-exporter:9256"],
      prometheus: ["prometheus:9090"],
      promtail: ["promtail:9080", "app-promtail:9080"],
    });
  });

  it("two hosts: the other one's by its address and published ports", () => {
    expect(scraped(prodSettings({ logs: { route: "agent" } }))).toEqual({
      "blackbox-http": ["https://www.shop.test", "https://www.shop.test/api/health"],
      alertmanager: ["alertmanager:9093"],
      "blackbox-exporter": ["blackbox-exporter:9115"],
      cadvisor: ["cadvisor:8080", "10.0.0.3:8081"],
      grafana: ["grafana:3000"],
      loki: ["loki:3100"],
      "node-exporter": ["node-exporter:9100", "10.0.0.3:9100"],
      "process-exporter": ["10.0.0.3:9256"],
      prometheus: ["prometheus:9090"],
      promtail: ["promtail:9080", "10.0.0.3:9080"],
    });
  });

  it("a container that publishes no port cannot be scraped from another host", () => {
    const spec = { ...specsOn(prodSettings(), "monitoring")[0], name: "x", port: 1, publish: [] };
    const placed = { host: "app", spec: spec as never };
    expect(() => reachedFrom(prodSettings(), "monitoring", placed)).toThrow(
      "x on app publishes no port for monitoring",
    );
  });

  it.each([
    ["60s", "10s", "11s"],
    ["10s", "9500ms", "10s"],
    ["2s", "1s", "2s"],
  ])(
    "a probe every %s of at most %s is given up after %s, never later than the next one",
    (probe, probeTimeout, scrapeTimeout) => {
      const settings = devSettings({ intervals: { probe, probeTimeout } });
      expect(scrapeConfigs(settings)[0]?.scrape_timeout).toBe(scrapeTimeout);
    },
  );
});

describe("a probe", () => {
  it("P3: takes HTTP 200 and nothing else, not behind a redirect either", () => {
    expect(blackboxConfig(devSettings({ intervals: { probeTimeout: "1500ms" } }))).toEqual({
      modules: {
        http_200: {
          prober: "http",
          timeout: "1s500ms",
          http: {
            method: "GET",
            valid_status_codes: [200],
            follow_redirects: false,
            preferred_ip_protocol: "ip4",
            headers: { "User-Agent": "Sightline-Probe/1 (+uptime)" },
          },
        },
      },
    });
  });
});

describe("logs", () => {
  it("by agent: the site's are read on the app host, and each host's containers there", () => {
    const settings = prodSettings({ logs: { route: "agent" } });
    expect(agentJobs(settings, "app-promtail")).toEqual([...FILE_JOBS, "docker-stack"]);
    expect(agentJobs(settings, "promtail")).toEqual(["docker-stack"]);
  });

  it("by NFS: the same jobs, on the monitoring host", () => {
    expect(agentJobs(prodSettings(), "promtail")).toEqual([...FILE_JOBS, "docker-stack"]);
  });

  it("are kept as long as is asked for, in every place that has a say", () => {
    expect(lokiRetention(prodSettings({ logs: { retention: "14d" } }))).toEqual({
      overrides: {
        fake: {
          retention_period: "336h",
          max_query_lookback: "336h",
          reject_old_samples_max_age: "336h",
        },
      },
    });
  });

  it("are written in chunks that do not cost more than they hold, within the container's memory", () => {
    const { ingester } = lokiConfig(prodSettings(), "bucket");
    expect(ingester.chunk_target_size).toBeGreaterThanOrEqual(2 ** 20);
    expect(ingester.wal).toEqual({ replay_memory_ceiling: "400MB", flush_on_shutdown: true });
  });
});
