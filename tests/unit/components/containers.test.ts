import { replacedWhole } from "../../../components/container-defaults";
import { dockerDuration, parseDuration } from "../../../configs/units";
import { devRaw, prodRaw } from "../../support/fixtures";
import { type Recorded, resourceOf, runProgram } from "../../support/mocks";
import { revealed } from "../../support/outputs";
import { renderStack, stacks } from "../../support/render-stack";

/** Each stack is run once for all tests of this file, one after the other: the engine is shared. */
const dev = runProgram({ stack: "dev", raw: devRaw() });
const prod = dev.then(() => runProgram({ stack: "prod", raw: prodRaw() }));
const withAlloy = prod.then(() =>
  runProgram({ stack: "dev", raw: devRaw({ logs: { agent: "alloy" } }) }),
);
const runs = { dev, prod };

describe.each(["dev", "prod"] as const)("every container of %s", (stack) => {
  let resources: readonly Recorded[];
  let containers: readonly Recorded[];
  let servers: readonly Recorded[];
  let keepers: readonly Recorded[];

  beforeAll(async () => {
    ({ resources } = await runs[stack]);
    containers = resources.filter(({ type }) => type.endsWith(":Container"));
    keepers = containers.filter(({ parent }) => parent.startsWith("sightline:container:Keeper"));
    servers = containers.filter((container) => !keepers.includes(container));
  });

  it("is a server or a keeper", () => {
    expect(keepers).toHaveLength(9);
    expect(servers.length).toBeGreaterThan(10);
  });

  it("has no capabilities and cannot get any; a keeper of secrets may give files away", () => {
    for (const { name, inputs } of containers) {
      const adds = /-secrets-container$/.test(name) ? { adds: ["CAP_CHOWN"] } : {};
      expect([name, inputs.capabilities]).toEqual([name, { drops: ["ALL"], ...adds }]);
      expect([name, inputs.securityOpts]).toEqual([name, ["no-new-privileges:true"]]);
      expect([name, inputs.privileged]).toEqual([name, undefined]);
    }
  });

  it("has a memory limit that swap does not lengthen", () => {
    for (const { name, inputs } of containers) {
      expect([name, Number(inputs.memory) > 0]).toEqual([name, true]);
      expect([name, inputs.memorySwap]).toEqual([name, inputs.memory]);
    }
  });

  it("cannot write to its own files, unless it is a keeper, which gets them uploaded", () => {
    for (const { name, inputs } of servers) {
      expect([name, inputs.readOnly, inputs.uploads]).toEqual([name, true, undefined]);
    }
    for (const { name, inputs } of keepers) {
      expect([name, inputs.readOnly, Array.isArray(revealed(inputs.uploads))]).toEqual([
        name,
        undefined,
        true,
      ]);
    }
  });

  it("P23: starts again by itself, stops in peace, and keeps thirty megabytes of log", () => {
    for (const { name, inputs } of containers) {
      expect({ name, ...inputs }).toMatchObject({
        name: inputs.name,
        restart: "unless-stopped",
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        stopTimeout: inputs.destroyGraceSeconds,
      });
      expect([name, Number(inputs.destroyGraceSeconds) >= 2]).toEqual([name, true]);
    }
  });

  it("is waited for until it is healthy, in durations that Docker reports back as they are", () => {
    for (const { name, inputs } of containers) {
      const { tests, interval, timeout, startPeriod } = inputs.healthcheck as {
        readonly tests: readonly string[];
      } & Readonly<Record<"interval" | "timeout" | "startPeriod", string>>;
      expect([name, inputs.wait, tests[0]]).toEqual([name, true, "CMD"]);
      for (const text of [interval, timeout, startPeriod]) {
        const canonical = dockerDuration(parseDuration(text) ?? Number.NaN);
        expect([name, text]).toEqual([name, canonical]);
      }
      const startSeconds = (parseDuration(startPeriod) ?? 0) / 1_000;
      expect([name, Number(inputs.waitTimeout) > startSeconds]).toEqual([name, true]);
    }
  });

  it("comes after its keepers, and takes nothing from them that an edit could change", () => {
    for (const keeper of keepers) {
      const service = keeper.name.replace(/-(config|secrets)-container$/, "");
      const server = resourceOf(resources, "Container", `${service}-container`);
      expect(server.dependencies).toContain(keeper.name);
      expect(JSON.stringify(server.inputs)).not.toContain(String(keeper.inputs.name));
    }
  });

  it("comes after Loki where it is the log agent beside it, and so goes before it", () => {
    const agent = resourceOf(resources, "Container", "promtail-container");
    expect(agent.dependencies).toContain("loki-container");
  });

  it("reads configuration and secrets from volumes that it cannot write to", () => {
    for (const { name, inputs } of servers) {
      const mounts = inputs.volumes as readonly Readonly<Record<string, unknown>>[];
      for (const mount of mounts) {
        const mayWrite =
          "volumeName" in mount && /-(data|positions)$/.test(String(mount.volumeName));
        expect([name, mount.containerPath, mount.readOnly === true]).toEqual([
          name,
          mount.containerPath,
          !mayWrite,
        ]);
      }
    }
  });

  it("publishes no port on all addresses", () => {
    for (const { name, inputs } of containers) {
      const ports = (inputs.ports ?? []) as readonly { readonly ip?: string }[];
      for (const { ip } of ports)
        expect([name, ip]).toEqual([name, expect.stringMatching(/^(127|10)\./)]);
    }
  });

  it("is replaced whole where the provider would pretend to update it, old one first", () => {
    for (const { name, deleteBeforeReplace, replaceOnChanges } of containers) {
      expect([name, deleteBeforeReplace]).toEqual([name, true]);
      expect(replaceOnChanges).toEqual(replacedWhole.replaceOnChanges);
    }
  });

  it("has the stack's name and label, like its volumes and networks", () => {
    const named = resources.filter(({ type }) => /:(Container|Volume|Network)$/.test(type));
    for (const { inputs } of named) {
      expect(inputs.name).toMatch(new RegExp(`^${stack}-`));
      expect(inputs.labels).toContainEqual({ label: "sightline.stack", value: stack });
    }
    const names = named.map(({ type, provider, inputs }) => [type, provider, inputs.name].join());
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(["dev", "prod"] as const)("names in %s", (stack) => {
  it("begin with the parent's, but for the services of the monitoring host, which have their own", async () => {
    const { resources } = await runs[stack];
    const children = resources.filter(({ parent }) => parent.startsWith("sightline:"));
    expect(children.length).toBeGreaterThan(60);
    for (const { name, parent } of children) {
      const [type, parentName = ""] = parent.split("::");
      const isService = type === "sightline:host:MonitoringHost";
      expect([name, name.startsWith(`${parentName}-`)]).toEqual([name, !isService]);
    }
  });

  it("are unique in their type", async () => {
    const { resources } = await runs[stack];
    const keys = resources.map(({ type, name }) => `${type}::${name}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("the options of every container", () => {
  it("name the properties whose edit the provider calls an update", () => {
    expect(replacedWhole).toEqual({
      deleteBeforeReplace: true,
      replaceOnChanges: ["healthcheck", "mounts", "tmpfs", "init"],
    });
  });
});

describe("one container, whole", () => {
  it("Prometheus in dev", async () => {
    const { resources } = await runs.dev;
    const { inputs } = resourceOf(resources, "Container", "prometheus-container");
    expect(inputs).toMatchObject({
      name: "dev-prometheus",
      image: "prom/prometheus:v3.15.0",
      user: "65534:65534",
      command: [
        "--config.file=/etc/sightline/current/prometheus.yml",
        "--storage.tsdb.path=/prometheus",
        "--web.enable-lifecycle",
        "--web.external-url=http://127.0.0.1:9090/",
      ],
      envs: [],
      ports: [{ internal: 9090, external: 9090, ip: "127.0.0.1" }],
      tmpfs: {},
      volumes: [
        { volumeName: "dev-prometheus-data", containerPath: "/prometheus" },
        { volumeName: "dev-prometheus-config", containerPath: "/etc/sightline", readOnly: true },
      ],
      labels: [
        { label: "sightline.stack", value: "dev" },
        { label: "sightline.service", value: "prometheus" },
      ],
      memory: 1_024,
      destroyGraceSeconds: 60,
    });
  });

  it("Alloy in dev: hidden folders are empty, and may not be written to", async () => {
    const { resources } = await withAlloy;
    const { inputs } = resourceOf(resources, "Container", "alloy-container");
    const hidden = "ro,noexec,nosuid,nodev,size=4k";
    expect(inputs.tmpfs).toEqual({
      "/tmp": "rw,noexec,nosuid,nodev,size=64m",
      "/host/etc": hidden,
      "/host/root": hidden,
      "/host/run": hidden,
      "/host/var/lib/docker/containers": hidden,
      "/host/var/lib/docker/volumes": hidden,
    });
    expect(inputs.volumes).toContainEqual({
      hostPath: "/",
      containerPath: "/host",
      readOnly: true,
    });
  });

  it("its keeper", async () => {
    const { resources } = await runs.dev;
    const { inputs } = resourceOf(resources, "Container", "prometheus-config-container");
    expect(inputs).toMatchObject({
      name: "dev-prometheus-config-keeper",
      image: "curlimages/curl:8.11.1",
      user: "0:0",
      entrypoints: ["sh", "/keeper.sh"],
      envs: ["OWNER_UID=", "RELOAD_URL=http://prometheus:9090/-/reload"],
      networksAdvanced: [{ name: "dev-data" }],
      volumes: [{ volumeName: "dev-prometheus-config", containerPath: "/volume" }],
    });
    const uploads = inputs.uploads as readonly { readonly file: string }[];
    expect(uploads.map(({ file }) => file)).toEqual([
      "/keeper.sh",
      ...Object.keys(renderStack(stacks.dev))
        .filter((path) => path.startsWith("prometheus/"))
        .map((path) => path.replace("prometheus/", "/incoming/"))
        .sort(),
    ]);
    expect(uploads.length).toBeGreaterThan(10);
  });
});

test("a container is started by a program of its own where its spec says so, by the image's elsewhere", async () => {
  await withAlloy;
  const exporters = { mongodb: { address: "mongodb:27017" }, redis: { address: "redis:6379" } };
  const raw = devRaw({ hosts: { app: { exporters } } });
  const { resources } = await runProgram({ stack: "dev", raw });
  const startOf = (name: string) => {
    const { entrypoints, command } = resourceOf(resources, "docker:index/container:Container", name)
      .inputs as {
      readonly entrypoints?: readonly string[];
      readonly command: readonly string[];
    };
    return [entrypoints?.[0], command[0]];
  };
  expect(startOf("app-mongodb-exporter-container")).toEqual(["/bin/bash", "run"]);
  expect(startOf("app-redis-exporter-container")).toEqual([undefined, "-redis.addr=redis:6379"]);
});
