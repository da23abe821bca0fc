import { containerName } from "../../../../configs/docker-spec";
import { placedSpecs } from "../../../../configs/hosts";
import type { Settings } from "../../../../configs/settings/settings";
import { chosenVolumes, keptVolumes } from "../../../../tools/backup/plan";
import { acmeSettings, devSettings, prodSettings } from "../../../support/fixtures";

/** `volume on host`, in the order of the copies. */
const named = (settings: Settings) =>
  keptVolumes(settings).map(({ volume, host }) => `${volume} on ${host}`);

const withThanos = () => {
  const storage = { kind: "s3", region: "eu-central-1", bucket: "shop-website-logs" };
  return devSettings({ logs: { storage }, metrics: { longTerm: { enabled: true } } });
};

describe("what a backup has", () => {
  it("is in dev each volume that cannot be made again, the log agents' first", () => {
    expect(named(devSettings())).toEqual([
      "dev-promtail-positions on monitoring",
      "dev-app-promtail-positions on app",
      "dev-alertmanager-data on monitoring",
      "dev-grafana-data on monitoring",
      "dev-loki-data on monitoring",
      "dev-prometheus-data on monitoring",
    ]);
  });

  it("is in prod the same, on each host what is there", () => {
    expect(named(prodSettings())).toEqual([
      "prod-promtail-positions on monitoring",
      "prod-alertmanager-data on monitoring",
      "prod-grafana-data on monitoring",
      "prod-loki-data on monitoring",
      "prod-prometheus-data on monitoring",
    ]);
    expect(named(prodSettings({ logs: { route: "agent", agent: "alloy" } }))).toEqual([
      "prod-alloy-data on monitoring",
      "prod-app-alloy-data on app",
      "prod-alertmanager-data on monitoring",
      "prod-grafana-data on monitoring",
      "prod-loki-data on monitoring",
      "prod-prometheus-data on monitoring",
    ]);
  });

  it("has the certificate of a gateway that gets it by itself", () => {
    expect(named(acmeSettings())).toContain("prod-acme-data on monitoring");
  });

  it.each([
    ["dev", devSettings()],
    ["prod", prodSettings()],
    ["with Thanos", withThanos()],
    ["with ACME", acmeSettings()],
  ])("is every volume of a spec that is no cache, %s", (_, settings) => {
    const wanted = placedSpecs(settings).flatMap(({ spec }) =>
      (spec.volumes ?? [])
        .filter(({ isCache }) => !isCache)
        .map(({ role }) => containerName(settings, `${spec.name}-${role}`)),
    );
    const kept = keptVolumes(settings).map(({ volume }) => volume);
    expect([...kept].sort()).toEqual([...wanted].sort());
  });
});

describe("who is stopped", () => {
  const of = (settings: Settings, service: string) =>
    keptVolumes(settings).find((volume) => volume.service === service);
  const names = (servers: readonly { readonly container: string }[] | undefined) =>
    servers?.map(({ container }) => container);

  it("is the volume's owner, asked by its own health check whether it is back", () => {
    expect(of(devSettings(), "alertmanager")?.owner).toEqual({
      container: "dev-alertmanager",
      health: ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:9093/-/ready"],
    });
  });

  it("is Thanos' sidecar too, which writes beside Prometheus", () => {
    const prometheus = of(withThanos(), "prometheus");
    expect(names(prometheus?.writers)).toEqual(["dev-thanos-sidecar"]);
    expect(prometheus?.readers).toEqual([]);
  });

  it("is the gateway, which reads its certificate, only for a restore", () => {
    const acme = of(acmeSettings(), "acme");
    expect(acme?.writers).toEqual([]);
    expect(names(acme?.readers)).toEqual(["prod-gateway"]);
  });
});

describe("--only", () => {
  const volumes = keptVolumes(devSettings());

  it("takes some services, in the order of all", () => {
    const chosen = chosenVolumes(volumes, "prometheus, grafana").map(({ service }) => service);
    expect(chosen).toEqual(["grafana", "prometheus"]);
    expect(chosenVolumes(volumes, undefined)).toBe(volumes);
  });

  it("refuses what has no data, and says what has", () => {
    expect(() => chosenVolumes(volumes, "loki,cadvisor,graphana")).toThrow(
      "Nothing was touched (1 problem):\n  - --only: must name services with data of their own; got cadvisor, graphana. Fix: some of alertmanager,app-promtail,grafana,loki,prometheus,promtail",
    );
  });
});
