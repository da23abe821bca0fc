import type { BackedUpVolume } from "../../../../tools/backup/manifest";
import { keptVolumes, keyOf } from "../../../../tools/backup/plan";
import { checkVersions, majorOf, restoredVolumes } from "../../../../tools/backup/restore-plan";
import { devSettings, prodSettings } from "../../../support/fixtures";

const from = (service: string, role: string, image: string): BackedUpVolume => ({
  service,
  role,
  image,
  host: "monitoring",
  volume: `shop-${service}-${role}`,
  file: `${service}-${role}.tar.gz`,
  bytes: 1,
  sha256: "0".repeat(64),
  contentBytes: 1,
});

const BACKUP = [
  from("app-promtail", "positions", "grafana/promtail:3.5.0"),
  from("loki", "data", "grafana/loki:3.7.8"),
  from("prometheus", "data", "prom/prometheus:v3.15.0"),
];

describe("what goes where", () => {
  it("is found by service and role, in a stack of another name too, the log agents last", () => {
    const restored = restoredVolumes(keptVolumes(devSettings()), BACKUP);
    expect(restored.map(({ volume, from: { file } }) => `${file} to ${volume.volume}`)).toEqual([
      "prometheus-data.tar.gz to dev-prometheus-data",
      "loki-data.tar.gz to dev-loki-data",
      "app-promtail-positions.tar.gz to dev-app-promtail-positions",
    ]);
  });

  it("must be in the stack; the fix is what can be restored", () => {
    expect(() => restoredVolumes(keptVolumes(prodSettings()), BACKUP)).toThrow(
      "This backup cannot be restored here; nothing was touched (1 problem):\n  - app-promtail-positions: is in the backup, and the stack has no such volume. Fix: leave it out with --only loki,prometheus, or deploy app-promtail first",
    );
  });

  it("must be something", () => {
    expect(() => restoredVolumes(keptVolumes(devSettings()), [])).toThrow(
      "--only: must name what is in the backup",
    );
  });
});

describe("versions", () => {
  const restored = restoredVolumes(keptVolumes(devSettings()), BACKUP);
  const running = (changes: Readonly<Record<string, string>> = {}) =>
    new Map(
      restored.map(({ from: one }) => [keyOf(one), changes[keyOf(one)] ?? one.image] as const),
    );

  it("may differ but for the major one, whoever built the image", () => {
    const others = { "loki-data": "sightline-offline/loki:3.9.0-6ee28fca2af4" };
    expect(() => {
      checkVersions(restored, running(others));
    }).not.toThrow();
  });

  it("of another major version are refused, each with its fix", () => {
    const others = {
      "loki-data": "grafana/loki:4.0.1",
      "prometheus-data": "prom/prometheus:v2.55.1",
    };
    expect(() => {
      checkVersions(restored, running(others));
    }).toThrow(
      [
        "This backup cannot be restored here; nothing was touched (2 problems):",
        "  - prometheus-data: must go to the major version of prometheus that wrote it, v3.15.0; got v2.55.1. Fix: sightline:images.prometheus: prom/prometheus:v3.15.0, deploy it, restore, then upgrade",
        "  - loki-data: must go to the major version of loki that wrote it, 3.7.8; got 4.0.1. Fix: sightline:images.loki: grafana/loki:3.7.8, deploy it, restore, then upgrade",
      ].join("\n"),
    );
  });

  it("that are no numbers must be the same image", () => {
    const own = [from("loki", "data", "registry.shop.test/loki:stable")];
    const one = restoredVolumes(keptVolumes(devSettings()), own);
    const check = (image: string) => {
      checkVersions(one, new Map([["loki-data", image]]));
    };
    expect(() => {
      check("registry.shop.test/loki:stable");
    }).not.toThrow();
    expect(() => {
      check("grafana/loki:3.7.8");
    }).toThrow("got 3.7.8");
  });

  it.each([
    ["prom/prometheus:v3.15.0", 3],
    ["sightline-offline/loki:3.7.8-6ee28fca2af4", 3],
    ["grafana/grafana:13.1.3", 13],
    ["registry.shop.test:5000/loki:stable", undefined],
  ])("%s is of major version %s", (image, major) => {
    expect(majorOf(image)).toBe(major);
  });
});
