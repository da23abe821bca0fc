import { containerName, imageOf, labelsOf } from "../../../configs/docker-spec";
import { placedSpecs } from "../../../configs/hosts";
import { NO_LOGS_LABEL } from "../../../configs/labels";
import type { PlacedSpec } from "../../../configs/placement";
import { networksOf, toolOf } from "../../../configs/service-spec";
import { devSettings, prodSettings } from "../../support/fixtures";
import { type StackName, stacks } from "../../support/render-stack";
import { VARIANTS } from "../../support/rule-variants";

/** The two shipped stacks, prod with logs by agent, and all exporters: every container there can be. */
const allSpecs: readonly (readonly [string, PlacedSpec])[] = [
  ...Object.entries(stacks),
  ["prod with agent", prodSettings({ logs: { route: "agent" } })] as const,
  ["exporters", VARIANTS.exporters] as const,
  ["long-term metrics", VARIANTS.longTerm] as const,
].flatMap(([stack, settings]) =>
  placedSpecs(settings).map(
    (placed) => [`${stack}: ${placed.spec.name} on the ${placed.host} host`, placed] as const,
  ),
);

/** Paths that an official image declares as volumes, or that its server writes to. */
const DATA_PATHS: Readonly<Record<string, readonly string[]>> = {
  alertmanager: ["/alertmanager"],
  grafana: ["/var/lib/grafana"],
  loki: ["/loki"],
  prometheus: ["/prometheus"],
  promtail: ["/var/lib/promtail"],
  "thanos-compactor": ["/data"],
  "thanos-store": ["/data"],
};

describe.each(allSpecs)("%s", (_, { spec }) => {
  it("runs an exact version, and no digest that nobody asked a registry for", () => {
    expect(spec.image).toMatch(/^[a-z0-9._/-]+:v?\d+\.\d+\.\d+(-alpine)?$/);
  });

  it("runs as a user of its own, or says why as root", () => {
    expect(spec.user).toMatch(/^\d+:\d+$/);
    expect(spec.user.startsWith("0:")).toBe(spec.rootReason !== undefined);
    if (spec.rootReason) expect(spec.rootReason.length).toBeGreaterThan(30);
  });

  it("has limits and time to stop", () => {
    expect(spec.memoryMegabytes).toBeGreaterThanOrEqual(32);
    expect(spec.memoryMegabytes).toBeLessThanOrEqual(1_024);
    expect(spec.stopGraceSeconds).toBeGreaterThanOrEqual(2);
  });

  it("is asked for its health by a command, on its own port if by HTTP", () => {
    const [kind, ...command] = spec.health.command;
    expect(kind).toBe("CMD");
    expect(command.join(" ")).not.toBe("");
    const ports = [...command.join(" ").matchAll(/127\.0\.0\.1[:/](\d+)/g)].map(([, port]) => port);
    for (const port of ports) expect(Number(port)).toBe(spec.port);
  });

  it("keeps its data in volumes", () => {
    const expected = DATA_PATHS[spec.name] ?? DATA_PATHS[toolOf(spec)] ?? [];
    expect((spec.volumes ?? []).map(({ path }) => path)).toEqual(expected);
  });

  it("publishes on one address at most, never on all", () => {
    const addresses = (spec.publish ?? []).map(({ hostAddress }) => hostAddress);
    expect(new Set(addresses).size).toBeLessThanOrEqual(1);
    for (const address of addresses)
      expect(["127.0.0.1", "10.0.0.2", "10.0.0.3"]).toContain(address);
  });

  it("stays away from Docker's socket, unless it is the proxy", () => {
    const mountsSocket = JSON.stringify(spec.hostMounts ?? []).includes("docker.sock");
    expect(mountsSocket).toBe(toolOf(spec) === "socket-proxy");
  });

  it("reaches Docker's API only by a network made for that", () => {
    const usesApi = JSON.stringify([
      spec.args,
      spec.configuration?.files({ lokiPushUrl: "", logBucket: "" }),
    ]).match(/tcp:\/\/([a-z]+-)?socket-proxy:/);
    const isProxy = toolOf(spec) === "socket-proxy";
    expect(networksOf(spec).includes("sock")).toBe(usesApi !== null || isProxy);
  });

  it("has no secret in its arguments or environment", () => {
    const words = JSON.stringify([spec.args ?? [], Object.entries(spec.environment ?? {})]);
    const withoutFileNames = words.replaceAll(
      /([\w.-]*passw[\w.-]*"?[=,]"?)?\/run\/sightline\/[^"]*/gi,
      "",
    );
    expect(withoutFileNames).not.toMatch(/passw|secret|token/i);
  });

  it("is named in kebab-case, its type in PascalCase", () => {
    expect(spec.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(spec.kind).toMatch(/^([A-Z][a-z]+)+$/);
  });
});

describe.each(Object.keys(stacks) as StackName[])("the containers of %s", (stack) => {
  const placed = placedSpecs(stacks[stack]);

  it("share no name on one host", () => {
    const names = placed.map(({ host, spec }) => `${host}/${spec.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("share no port of an address", () => {
    const ports = placed.flatMap(({ spec }) =>
      (spec.publish ?? []).map(({ hostAddress, hostPort }) => `${hostAddress}:${hostPort}`),
    );
    expect(new Set(ports).size).toBe(ports.length);
  });
});

describe("what is published", () => {
  const published = (stack: StackName) =>
    placedSpecs(stacks[stack]).flatMap(({ host, spec }) =>
      (spec.publish ?? []).map(
        ({ hostAddress, hostPort }) => `${host} ${spec.name} ${hostAddress}:${hostPort}`,
      ),
    );

  it("in dev is what a person opens, on this machine only", () => {
    expect(published("dev").sort()).toEqual([
      "monitoring alertmanager 127.0.0.1:9093",
      "monitoring grafana 127.0.0.1:3000",
      "monitoring mail-catcher 127.0.0.1:1080",
      "monitoring prometheus 127.0.0.1:9090",
    ]);
  });

  it("in prod is that, and what the other host needs, on a private address", () => {
    expect(published("prod").sort()).toEqual([
      "app app-cadvisor 10.0.0.3:8081",
      "app app-node-exporter 10.0.0.3:9100",
      "app app-process-exporter 10.0.0.3:9256",
      "monitoring alertmanager 127.0.0.1:9093",
      "monitoring grafana 127.0.0.1:3000",
      "monitoring loki 10.0.0.2:3100",
      "monitoring prometheus 127.0.0.1:9090",
    ]);
  });
});

describe("a container in Docker", () => {
  const settings = devSettings({ images: { loki: "mirror.shop.test/loki:3.7.8" } });

  it("has the stack's name in its own", () => {
    expect(containerName(settings, "loki")).toBe("dev-loki");
  });

  it("runs the image of the settings where there is one", () => {
    expect(imageOf(settings, { name: "loki", image: "grafana/loki:3.7.8" } as never)).toBe(
      "mirror.shop.test/loki:3.7.8",
    );
    expect(imageOf(settings, { name: "grafana", image: "grafana/grafana:13.1.3" } as never)).toBe(
      "grafana/grafana:13.1.3",
    );
  });

  it("carries the labels that people and log collection look for", () => {
    expect(labelsOf(settings, { name: "loki", excludeFromLogs: true })).toEqual([
      { label: "sightline.stack", value: "dev" },
      { label: "sightline.service", value: "loki" },
      { label: NO_LOGS_LABEL, value: "off" },
    ]);
    expect(labelsOf(settings, { name: "prometheus" })).toEqual([
      { label: "sightline.stack", value: "dev" },
      { label: "sightline.service", value: "prometheus" },
    ]);
  });

  it("keeps its log out of Loki only where it is Loki", () => {
    const excluded = placedSpecs(settings).filter(({ spec }) => spec.excludeFromLogs);
    expect(excluded.map(({ spec }) => spec.name)).toEqual(["loki"]);
  });
});
