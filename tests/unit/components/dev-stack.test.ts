import { join } from "node:path";

import { devRaw, repositoryRoot } from "../../support/fixtures";
import {
  namesByType,
  type Program,
  type Recorded,
  resourceOf,
  runProgram,
} from "../../support/mocks";
import { promiseOf } from "../../support/outputs";

let program: Program;
let resources: readonly Recorded[];

beforeAll(async () => {
  ({ program, resources } = await runProgram({ stack: "dev", raw: devRaw() }));
});

describe("the dev stack", () => {
  it("is these resources and no other", () => {
    expect(namesByType(resources)).toEqual({
      MonitoringHost: ["monitoring"],
      AppHost: ["app"],
      DockerHost: ["monitoring-docker"],
      docker: ["monitoring-docker-docker"],
      Network: [
        "monitoring-docker-data",
        "monitoring-docker-egress",
        "monitoring-docker-sock",
        "monitoring-docker-ui",
      ],

      Alertmanager: ["alertmanager"],
      BlackboxExporter: ["blackbox-exporter"],
      Cadvisor: ["cadvisor"],
      Grafana: ["grafana"],
      Loki: ["loki"],
      MailCatcher: ["mail-catcher"],
      NodeExporter: ["node-exporter"],
      ProcessExporter: ["app-process-exporter"],
      Prometheus: ["prometheus"],
      Promtail: ["app-promtail", "promtail"],
      SocketProxy: ["socket-proxy"],

      Keeper: [
        "alertmanager-config",
        "app-process-exporter-config",
        "app-promtail-config",
        "blackbox-exporter-config",
        "grafana-config",
        "grafana-secrets",
        "loki-config",
        "prometheus-config",
        "promtail-config",
      ],
      RemoteImage: [
        "alertmanager-image",
        "app-process-exporter-image",
        "app-promtail-image",
        "blackbox-exporter-image",
        "cadvisor-image",
        "grafana-image",
        "loki-image",
        "mail-catcher-image",
        "monitoring-docker-keeper-image",
        "node-exporter-image",
        "prometheus-image",
        "promtail-image",
        "socket-proxy-image",
      ],
      Volume: [
        "alertmanager-config-volume",
        "alertmanager-data",
        "app-process-exporter-config-volume",
        "app-promtail-config-volume",
        "app-promtail-positions",
        "blackbox-exporter-config-volume",
        "grafana-config-volume",
        "grafana-data",
        "grafana-secrets-volume",
        "loki-config-volume",
        "loki-data",
        "prometheus-config-volume",
        "prometheus-data",
        "promtail-config-volume",
        "promtail-positions",
      ],
      Container: [
        "alertmanager-config-container",
        "alertmanager-container",
        "app-process-exporter-config-container",
        "app-process-exporter-container",
        "app-promtail-config-container",
        "app-promtail-container",
        "blackbox-exporter-config-container",
        "blackbox-exporter-container",
        "cadvisor-container",
        "grafana-config-container",
        "grafana-container",
        "grafana-secrets-container",
        "loki-config-container",
        "loki-container",
        "mail-catcher-container",
        "node-exporter-container",
        "prometheus-config-container",
        "prometheus-container",
        "promtail-config-container",
        "promtail-container",
        "socket-proxy-container",
      ],
    });
  });

  it("names the pages that a person opens", async () => {
    expect(await promiseOf(program.urls)).toEqual({
      alertmanager: "http://127.0.0.1:9093",
      grafana: "http://127.0.0.1:3000",
      mail: "http://127.0.0.1:1080",
      prometheus: "http://127.0.0.1:9090",
    });
  });

  it("names what it watches and where logs go", async () => {
    expect(program.site).toEqual({
      page: "http://application:80",
      api: "http://application:80/api/health",
    });
    expect(await promiseOf(program.lokiPushUrls)).toEqual({
      app: "http://loki:3100/loki/api/v1/push",
    });
  });

  it("uses the Docker of this machine", () => {
    expect(resourceOf(resources, "docker", "monitoring-docker-docker").inputs).toEqual({});
  });

  it("lets the probes into the site's own network, without owning it", () => {
    const probes = resourceOf(resources, "Container", "blackbox-exporter-container");
    expect(networkNames(probes)).toEqual(["dev-data", "dev-egress", "website_default"]);
  });

  it("mounts the site's log folders read-only, by absolute paths", () => {
    const agent = resourceOf(resources, "Container", "app-promtail-container");
    const folders = volumesOf(agent).filter(({ hostPath }) => hostPath !== undefined);
    const logs = join(repositoryRoot, "examples/website/data/logs");
    expect(folders).toEqual([
      { hostPath: `${logs}/nginx`, containerPath: "/mnt/nginx-logs", readOnly: true },
      { hostPath: `${logs}/app`, containerPath: "/mnt/app-logs", readOnly: true },
      { hostPath: `${logs}/redis`, containerPath: "/mnt/redis-logs", readOnly: true },
    ]);
  });

  it("keeps nothing from being destroyed", () => {
    expect(resources.filter(({ isProtected }) => isProtected)).toEqual([]);
  });
});

describe("networks", () => {
  it("have a way out only where the edge needs one, and page ports do not see each other", () => {
    const networks = resources.filter(({ type }) => type.endsWith(":Network"));
    const described = networks.map(({ inputs: { name, internal, options } }) => [
      name,
      internal,
      options,
    ]);
    expect(described.sort()).toEqual([
      ["dev-data", true, {}],
      ["dev-egress", false, {}],
      ["dev-sock", true, {}],
      ["dev-ui", false, { "com.docker.network.bridge.enable_icc": "false" }],
    ]);
  });
});

describe("images of the settings", () => {
  it("take the place of the pinned ones, the keepers' included", async () => {
    const images = {
      keeper: "mirror.shop.test/keeper:1.0.0",
      promtail: "mirror.shop.test/promtail:3.5.0",
    };
    const run = await runProgram({ stack: "dev", raw: devRaw({ images }) });
    const imageOf = (name: string) => resourceOf(run.resources, "Container", name).inputs.image;
    expect(imageOf("loki-config-container")).toBe(images.keeper);
    expect(imageOf("promtail-container")).toBe(images.promtail);
    expect(imageOf("app-promtail-container")).toBe(images.promtail);
    expect(imageOf("loki-container")).toBe("grafana/loki:3.7.8");
  });
});

interface Mount {
  readonly containerPath: string;
  readonly hostPath?: string;
}

function volumesOf({ inputs }: Recorded): readonly Mount[] {
  return inputs.volumes as readonly Mount[];
}

function networkNames({ inputs }: Recorded): readonly string[] {
  return (inputs.networksAdvanced as readonly { readonly name: string }[]).map(({ name }) => name);
}
