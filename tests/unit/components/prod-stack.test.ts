import { sshOptions } from "../../../components/ssh";
import { exportLines, exportScript, unexportScript } from "../../../configs/nfs/exports";
import { fstabLines, mountScript, unmountScript } from "../../../configs/nfs/mounts";
import { hostOf } from "../../../configs/placement";
import { HOST_KEY, prodRaw, prodSettings } from "../../support/fixtures";
import {
  namesByType,
  type Program,
  type Recorded,
  resourceOf,
  runProgram,
} from "../../support/mocks";
import { isSecretInput, promiseOf, revealed } from "../../support/outputs";

let program: Program;
let resources: readonly Recorded[];

beforeAll(async () => {
  ({ program, resources } = await runProgram({ stack: "prod", raw: prodRaw() }));
});

describe("the prod stack", () => {
  it("is these resources and no other", () => {
    expect(namesByType(resources)).toEqual({
      MonitoringHost: ["monitoring"],
      AppHost: ["app"],
      DockerHost: ["app-docker", "monitoring-docker"],
      docker: ["app-docker-docker", "monitoring-docker-docker"],
      Network: [
        "app-docker-data",
        "app-docker-sock",
        "app-docker-ui",
        "monitoring-docker-data",
        "monitoring-docker-egress",
        "monitoring-docker-sock",
        "monitoring-docker-ui",
      ],
      LogBucket: ["logs"],
      Bucket: ["logs-bucket"],
      Account: ["logs-account"],
      BucketIAMMember: ["logs-access"],
      NfsExports: ["nfs"],
      Command: ["loki-trial", "nfs-export", "nfs-mount"],

      Alertmanager: ["alertmanager"],
      BlackboxExporter: ["blackbox-exporter"],
      Cadvisor: ["app-cadvisor", "cadvisor"],
      Grafana: ["grafana"],
      Loki: ["loki"],
      NodeExporter: ["app-node-exporter", "node-exporter"],
      ProcessExporter: ["app-process-exporter"],
      Prometheus: ["prometheus"],
      Promtail: ["promtail"],
      SocketProxy: ["app-socket-proxy", "socket-proxy"],

      Keeper: [
        "alertmanager-config",
        "alertmanager-secrets",
        "app-process-exporter-config",
        "blackbox-exporter-config",
        "grafana-config",
        "grafana-secrets",
        "loki-config",
        "prometheus-config",
        "promtail-config",
      ],
      RemoteImage: [
        "alertmanager-image",
        "app-cadvisor-image",
        "app-docker-keeper-image",
        "app-node-exporter-image",
        "app-process-exporter-image",
        "app-socket-proxy-image",
        "blackbox-exporter-image",
        "cadvisor-image",
        "grafana-image",
        "loki-image",
        "monitoring-docker-keeper-image",
        "node-exporter-image",
        "prometheus-image",
        "promtail-image",
        "socket-proxy-image",
      ],
      Volume: [
        "alertmanager-config-volume",
        "alertmanager-data",
        "alertmanager-secrets-volume",
        "app-process-exporter-config-volume",
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
        "alertmanager-secrets-container",
        "app-cadvisor-container",
        "app-node-exporter-container",
        "app-process-exporter-config-container",
        "app-process-exporter-container",
        "app-socket-proxy-container",
        "blackbox-exporter-config-container",
        "blackbox-exporter-container",
        "cadvisor-container",
        "grafana-config-container",
        "grafana-container",
        "grafana-secrets-container",
        "loki-config-container",
        "loki-container",
        "node-exporter-container",
        "prometheus-config-container",
        "prometheus-container",
        "promtail-config-container",
        "promtail-container",
        "socket-proxy-container",
      ],
    });
  });

  it("has no page for mails, and takes logs on the private address", async () => {
    expect(Object.keys(await promiseOf(program.urls)).sort()).toEqual([
      "alertmanager",
      "grafana",
      "prometheus",
    ]);
    expect(await promiseOf(program.lokiPushUrls)).toEqual({
      app: "http://10.0.0.2:3100/loki/api/v1/push",
    });
  });

  it("protects data and nothing that can be made again; the bucket is let go and stays", () => {
    const names = resources.filter(({ isProtected }) => isProtected).map(({ name }) => name);
    expect(names.sort()).toEqual([
      "alertmanager-data",
      "grafana-data",
      "loki-data",
      "prometheus-data",
      "promtail-positions",
    ]);
  });
});

describe("the Docker hosts", () => {
  it.each([
    ["monitoring", "ssh://deploy@monitoring-host"],
    ["app", "ssh://deploy@application"],
  ])("%s is reached at %s, as by every ssh of ours", (name, host) => {
    const { inputs } = resourceOf(resources, "docker", `${name}-docker-docker`);
    // Provider settings that are no text travel as JSON.
    expect({ ...inputs, sshOpts: JSON.parse(String(inputs.sshOpts)) as unknown }).toEqual({
      host,
      sshOpts: sshOptions(hostOf(prodSettings(), name)),
    });
  });

  it("run what belongs to them", () => {
    const docker = resources.filter(({ type }) => type.startsWith("docker:"));
    for (const { name, provider } of docker) {
      const host = name.startsWith("app-") ? "app" : "monitoring";
      expect([name, provider]).toEqual([name, `${host}-docker-docker`]);
    }
  });
});

describe("the log bucket", () => {
  it("P20: deletes chunks after seven days, and nothing beside them", () => {
    expect(resourceOf(resources, "Bucket", "logs-bucket").inputs).toEqual({
      name: "shop-website-logs",
      project: "shop-monitoring-42",
      location: "europe-west1",
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      softDeletePolicy: { retentionDurationSeconds: 0 },
      forceDestroy: false,
      lifecycleRules: [
        { action: { type: "Delete" }, condition: { age: 7, matchesPrefixes: ["fake/"] } },
      ],
    });
  });

  it("is used by one account, which may touch objects and nothing else", () => {
    expect(resourceOf(resources, "Account", "logs-account").inputs).toEqual({
      project: "shop-monitoring-42",
      accountId: "prod-loki",
      displayName: "Loki of Sightline: objects of one bucket, nothing else",
    });
    expect(resourceOf(resources, "BucketIAMMember", "logs-access").inputs).toEqual({
      bucket: "shop-website-logs",
      role: "roles/storage.objectUser",
      member: "serviceAccount:prod-loki@shop-monitoring-42.iam.gserviceaccount.com",
    });
  });

  it("is there, with its access, before Loki is", () => {
    const { dependencies } = resourceOf(resources, "Container", "loki-container");
    expect(dependencies).toEqual(expect.arrayContaining(["logs-access", "logs-bucket"]));
  });

  it("follows the retention, rounded up to days, and may be emptied where data is not protected", async () => {
    const raw = prodRaw({ logs: { retention: "36h" }, protectData: false });
    const { inputs } = resourceOf(
      (await runProgram({ stack: "prod", raw })).resources,
      "Bucket",
      "logs-bucket",
    );
    expect(inputs.forceDestroy).toBe(true);
    expect(inputs.lifecycleRules).toEqual([
      { action: { type: "Delete" }, condition: { age: 2, matchesPrefixes: ["fake/"] } },
    ]);
  });
});

describe("the NFS exports", () => {
  it("are put in force on the app host and taken back", () => {
    const { inputs } = resourceOf(resources, "Command", "nfs-export");
    expect({ ...inputs, connection: undefined }).toEqual({
      addPreviousOutputInEnv: false,
      create: exportScript,
      delete: unexportScript,
      stdin: exportLines(prodSettings()),
    });
  });

  it("are mounted on the monitoring host afterwards, and unmounted", () => {
    const { inputs, dependencies } = resourceOf(resources, "Command", "nfs-mount");
    expect(dependencies).toEqual(["nfs-export"]);
    expect({ ...inputs, connection: undefined }).toEqual({
      addPreviousOutputInEnv: false,
      create: mountScript,
      delete: unmountScript,
      stdin: fstabLines(prodSettings()),
    });
  });

  it.each([
    ["nfs-export", "application"],
    ["nfs-mount", "monitoring-host"],
  ])("%s talks to %s alone, whose key it checks", (name, host) => {
    const { connection } = resourceOf(resources, "Command", name).inputs;
    expect(isSecretInput(connection)).toBe(true);
    expect(revealed(connection)).toEqual({
      host,
      port: 22,
      user: "deploy",
      hostKey: HOST_KEY,
      dialErrorLimit: 3,
      perDialTimeout: 10,
    });
  });

  it("are mounted before the agent that reads them starts", () => {
    const { dependencies } = resourceOf(resources, "Container", "promtail-container");
    expect(dependencies).toContain("nfs-mount");
  });

  it("appear in that agent when they come while it runs", () => {
    const { inputs } = resourceOf(resources, "Container", "promtail-container");
    expect(inputs.mounts).toEqual([
      {
        type: "bind",
        source: "/mnt",
        target: "/mnt",
        readOnly: true,
        bindOptions: { propagation: "rslave" },
      },
    ]);
  });
});

describe("with logs by agent", () => {
  it("needs no NFS, and reads the files where they are written", async () => {
    const raw = prodRaw({ logs: { route: "agent" } });
    const run = await runProgram({ stack: "prod", raw });
    expect(namesByType(run.resources).Command).toEqual(["loki-trial"]);

    const agent = resourceOf(run.resources, "Container", "app-promtail-container");
    expect(agent.provider).toBe("app-docker-docker");
    const mounts = agent.inputs.volumes as readonly Readonly<Record<string, string>>[];
    expect(mounts.map(({ hostPath }) => hostPath).filter(Boolean)).toEqual([
      "/data/logs/nginx",
      "/data/logs/app",
      "/data/logs/redis",
    ]);

    const keeper = resourceOf(run.resources, "Container", "app-promtail-config-container");
    expect(JSON.stringify(keeper.inputs.uploads)).toContain(
      "url: http://10.0.0.2:3100/loki/api/v1/push",
    );
  });
});

describe("with a route for each log", () => {
  it("has an agent on both hosts, and only one folder over NFS", async () => {
    const raw = prodRaw({ logs: { routes: { app: "agent", redis: "agent" } } });
    const { resources } = await runProgram({ stack: "prod", raw });
    const { stdin } = resourceOf(resources, "Command", "nfs-export").inputs;
    expect(String(stdin).match(/^\S+/gm)).toEqual(["/data/logs/nginx"]);

    const onSite = resourceOf(resources, "Container", "app-promtail-container");
    const folders = onSite.inputs.volumes as readonly Readonly<Record<string, string>>[];
    expect(folders.map(({ hostPath }) => hostPath).filter(Boolean)).toEqual([
      "/data/logs/app",
      "/data/logs/redis",
    ]);
    expect(onSite.dependencies).not.toContain("nfs-mount");
    const reader = resourceOf(resources, "Container", "promtail-container");
    expect(reader.dependencies).toContain("nfs-mount");
    expect(reader.inputs.mounts).toMatchObject([{ source: "/mnt" }]);
  });
});
