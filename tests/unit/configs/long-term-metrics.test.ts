import { load } from "js-yaml";

import { placedSpecs } from "../../../configs/hosts";
import type { Settings } from "../../../configs/settings/settings";
import { parseSettings } from "../../../configs/settings/settings";
import {
  devRaw,
  devSettings,
  fourServers,
  merged,
  prodRaw,
  prodSettings,
  type Raw,
} from "../../support/fixtures";
import { problemsOf } from "../../support/problems";
import { LINKS, renderedFile } from "../../support/render-stack";

const ON = { metrics: { longTerm: { enabled: true } } };
const S3 = {
  kind: "s3",
  region: "eu-central-1",
  bucket: "shop-website-logs",
  endpoint: "http://10.0.0.9:9000",
  credentials: "file",
};

function spec(settings: Settings, name: string) {
  const found = placedSpecs(settings).find((placed) => placed.spec.name === name);
  if (!found) throw new Error(`no container ${name}`);
  return { host: found.host, ...found.spec };
}

const thanos = (settings: Settings) =>
  placedSpecs(settings)
    .map((placed) => `${placed.host} ${placed.spec.name}`)
    .filter((name) => name.includes("thanos"));

describe("long-term metrics", () => {
  it("are off, with no container and no flag of theirs", () => {
    expect(thanos(prodSettings())).toEqual([]);
    expect(spec(prodSettings(), "prometheus").args?.join(" ")).not.toContain("block-duration");
  });

  it("are four containers on Prometheus' host", () => {
    expect(thanos(parseSettings(fourServers(ON), "prod"))).toEqual([
      "prometheus thanos-compactor",
      "prometheus thanos-query",
      "prometheus thanos-sidecar",
      "prometheus thanos-store",
    ]);
  });

  it("have Prometheus leave its blocks as they are", () => {
    expect(spec(prodSettings(ON), "prometheus").args).toEqual(
      expect.arrayContaining([
        "--storage.tsdb.min-block-duration=2h",
        "--storage.tsdb.max-block-duration=2h",
      ]),
    );
  });

  it("are kept as the settings say", () => {
    const settings = prodSettings({
      metrics: { longTerm: { enabled: true, raw: "20d", fiveMinutes: "100d", oneHour: "730d" } },
    });
    expect(spec(settings, "thanos-compactor").args).toEqual(
      expect.arrayContaining([
        "--retention.resolution-raw=20d",
        "--retention.resolution-5m=100d",
        "--retention.resolution-1h=730d",
      ]),
    );
  });

  it.each(["thanos-sidecar", "thanos-store", "thanos-compactor"])(
    "are in the bucket of the logs, beside Loki's folders: %s",
    (name) => {
      const google = spec(prodSettings(ON), name).configuration?.files(LINKS)["bucket.yml"] ?? "";
      expect(load(google)).toEqual({
        type: "GCS",
        config: { bucket: "shop-website-logs" },
        prefix: "thanos",
      });
      const s3 = devSettings({ ...ON, logs: { storage: S3 } });
      expect(load(renderedFile(s3, `${name}/bucket.yml`))).toEqual({
        type: "S3",
        config: {
          bucket: "shop-website-logs",
          endpoint: "10.0.0.9:9000",
          region: "eu-central-1",
          insecure: true,
        },
        prefix: "thanos",
      });
      expect(spec(s3, name)).toMatchObject({
        environment: { AWS_SHARED_CREDENTIALS_FILE: "/run/sightline/current/s3-credentials" },
        secretFiles: ["s3-credentials"],
        networks: ["data", "egress"],
      });
    },
  );

  it("are read by the querier from the sidecar and the store", () => {
    expect(load(renderedFile(prodSettings(ON), "thanos-query/endpoints.yml"))).toEqual({
      endpoints: [{ address: "dns+thanos-sidecar:10901" }, { address: "dns+thanos-store:10901" }],
    });
  });

  it("are what Grafana shows, and not what its rules ask", () => {
    const engine = { alerting: { engine: "grafana" } };
    const sources = renderedFile(
      prodSettings(ON),
      "grafana/provisioning/datasources/sightline.yml",
    );
    expect(load(sources)).toMatchObject({
      datasources: [
        { uid: "prometheus", url: "http://thanos-query:10902", isDefault: true },
        { uid: "prometheus-alone", url: "http://prometheus:9090" },
        { uid: "loki" },
      ],
    });
    const rules = (raw: Raw) =>
      renderedFile(
        prodSettings(merged(engine, raw)),
        "grafana/provisioning/alerting/rules.yml",
      ).match(/datasourceUid: prometheus.*/g) ?? [];
    expect(new Set(rules({}))).toEqual(new Set(["datasourceUid: prometheus"]));
    expect(new Set(rules(ON))).toEqual(new Set(["datasourceUid: prometheus-alone"]));
  });

  it("are reached by Grafana on another host", () => {
    const settings = parseSettings(fourServers(ON), "prod");
    expect(spec(settings, "thanos-query").publish).toEqual([
      { containerPort: 10902, hostPort: 10902, hostAddress: "10.0.0.2" },
    ]);
  });

  it("may keep an image of theirs in the settings while they are off", () => {
    const images = { thanos: "mirror.shop.test/thanos:v0.42.4" };
    expect(() => devSettings({ images })).not.toThrow();
  });
});

describe("refused with long-term metrics", () => {
  it.each<[what: string, raw: Raw, problem: string]>([
    [
      "logs on disk",
      devRaw(ON),
      "metrics.longTerm.enabled: needs the bucket of logs.storage, which must not be filesystem",
    ],
    [
      "metrics that are gone within a day",
      prodRaw({ metrics: { retention: "12h", longTerm: { enabled: true } } }),
      "metrics.retention: must be at least 1d with metrics.longTerm",
    ],
    [
      "raw samples that outlive thinner ones",
      prodRaw({ metrics: { longTerm: { enabled: true, raw: "30d", fiveMinutes: "25d" } } }),
      "metrics.longTerm: must keep the finer no longer than the coarser",
    ],
    [
      "raw samples that Thanos could not thin out",
      prodRaw({ metrics: { longTerm: { enabled: true, raw: "2d" } } }),
      "metrics.longTerm.raw: must be a duration of at least 4d",
    ],
  ])("are %s", (_, raw, problem) => {
    expect(problemsOf(raw)).toEqual([expect.stringContaining(problem)]);
  });

  it("are hosts that push their metrics", () => {
    const raw = prodRaw(merged(ON, { hosts: { app: { metrics: "push" } } }));
    expect(problemsOf(raw)).toContainEqual(
      expect.stringContaining("metrics.longTerm.enabled: can be on only where no host pushes"),
    );
  });
});
