import { load } from "js-yaml";

import { APP_METRIC_FAMILIES, APP_METRICS } from "../../../configs/app-metrics";
import { placedSpecs } from "../../../configs/hosts";
import { applicationRules } from "../../../configs/rules/application";
import type { Settings } from "../../../configs/settings/settings";
import { devSettings, prodSettings } from "../../support/fixtures";
import { renderedFile } from "../../support/render-stack";

const metricsUrl = "http://backend:8000/metrics";

function applicationJob(settings: Settings): unknown {
  const file = load(renderedFile(settings, "prometheus/prometheus.yml"));
  const { scrape_configs } = file as { readonly scrape_configs: readonly { job_name: string }[] };
  return scrape_configs.find(({ job_name }) => job_name === "application");
}

function prometheusNetworks(settings: Settings): readonly string[] | undefined {
  return placedSpecs(settings).find(({ spec }) => spec.name === "prometheus")?.spec.networks;
}

describe("an application with metrics of its own", () => {
  it("is scraped by one key, as part of the app host", () => {
    expect(applicationJob(devSettings({ application: { metricsUrl } }))).toEqual({
      job_name: "application",
      scheme: "http",
      metrics_path: "/metrics",
      static_configs: [
        {
          targets: ["backend:8000"],
          labels: { env: "dev", host: "app", service: "application" },
        },
      ],
    });
  });

  it("is scraped by https, with what its address asks for", () => {
    const application = { metricsUrl: "https://shop.test/m?name=a&name=b" };
    expect(applicationJob(prodSettings({ application }))).toMatchObject({
      scheme: "https",
      metrics_path: "/m",
      params: { name: ["a", "b"] },
      static_configs: [{ targets: ["shop.test"] }],
    });
  });

  it("is reached by the site's network where it is there, else by the way out", () => {
    expect(prometheusNetworks(devSettings({ application: { metricsUrl } }))).toEqual([
      "data",
      "site",
    ]);
    expect(prometheusNetworks(prodSettings({ application: { metricsUrl } }))).toEqual([
      "data",
      "egress",
    ]);
  });

  it("is judged by the names of its exporter", () => {
    for (const family of APP_METRIC_FAMILIES) {
      const { rules } = applicationRules(devSettings({ application: { metricsUrl, family } }));
      const { requests, duration, status } = APP_METRICS[family];
      expect(rules.map(({ expr }) => expr).join("\n")).toContain(`${requests}{job="application"`);
      expect(rules.map(({ expr }) => expr).join("\n")).toContain(`${status}=~"5.."`);
      expect(rules.map(({ expr }) => expr).join("\n")).toContain(`${duration}_bucket{`);
    }
  });
});

describe("an application without", () => {
  it("is not scraped, not judged, and needs no network", () => {
    expect(applicationJob(devSettings())).toBeUndefined();
    expect(applicationRules(devSettings()).rules).toEqual([]);
    expect(prometheusNetworks(devSettings())).toEqual(["data"]);
  });
});
