import { agentWork } from "../../../../configs/logs/agent-work";
import { alloySpec } from "../../../../configs/services/alloy";
import { promtailSpec } from "../../../../configs/services/promtail";
import type { Settings } from "../../../../configs/settings/settings";
import { devSettings, prodSettings } from "../../../support/fixtures";

/** Jobs and folders of an agent, in short. */
function work(settings: Settings, host: "app" | "monitoring") {
  const { jobs, mounts, readsDocker } = agentWork(settings, host);
  return {
    jobs: jobs.map((job) =>
      job.kind === "files" ? `${job.name}: ${job.path}` : `docker ${job.name}`,
    ),
    mounts: mounts.map(
      ({ source, target, followsHost }) =>
        `${source} at ${target}${followsHost ? ", following" : ""}`,
    ),
    readsDocker,
  };
}

const SHIPPED = [
  "nginx-access: /mnt/nginx-logs/access.log",
  "nginx-error: /mnt/nginx-logs/error.log",
  "app: /mnt/app-logs/app.log",
  "redis: /mnt/redis-logs/redis.log",
];
const SYSTEM = [
  "syslog: /mnt/system-logs/{messages,syslog}",
  "auth: /mnt/system-logs/{auth.log,secure}",
];
const project = { docker: { composeProject: "website" } };

describe("which agent reads what", () => {
  it("one host: one agent the site's files, the other the machine", () => {
    const settings = devSettings({ logs: { system: true, ...project } });
    const { directories } = settings.logs;
    expect(work(settings, "app")).toEqual({
      jobs: SHIPPED,
      mounts: [
        `${directories.nginx} at /mnt/nginx-logs`,
        `${directories.app} at /mnt/app-logs`,
        `${directories.redis} at /mnt/redis-logs`,
      ],
      readsDocker: false,
    });
    expect(work(settings, "monitoring")).toEqual({
      jobs: [...SYSTEM, "docker stack", "docker site"],
      mounts: ["/var/log at /mnt/system-logs"],
      readsDocker: true,
    });
  });

  it("two hosts: each agent its machine, the site's containers where the site is", () => {
    const settings = prodSettings({ logs: { route: "agent", system: true, ...project } });
    expect(work(settings, "app").jobs).toEqual([
      ...SHIPPED,
      ...SYSTEM,
      "docker stack",
      "docker site",
    ]);
    expect(work(settings, "monitoring").jobs).toEqual([...SYSTEM, "docker stack"]);
  });

  it("two hosts with NFS: the site's files by the monitoring host's agent, from the mounts", () => {
    expect(work(prodSettings(), "monitoring")).toEqual({
      jobs: [...SHIPPED, "docker stack"],
      mounts: ["/mnt at /mnt, following"],
      readsDocker: true,
    });
  });

  it("two hosts with NFS: the system's logs stand beside the folder of mounts, not in it", () => {
    const { jobs, mounts } = work(prodSettings({ logs: { system: true } }), "monitoring");
    expect(mounts).toEqual(["/mnt at /mnt, following", "/var/log at /var/log"]);
    expect(jobs).toContain("syslog: /var/log/{messages,syslog}");
  });

  it("only the folders that the settings name", () => {
    const settings = devSettings();
    const logs = { ...settings.logs, directories: { app: "/srv/app" } };
    expect(work({ ...settings, logs }, "app")).toMatchObject({
      jobs: ["app: /mnt/app-logs/app.log"],
      mounts: ["/srv/app at /mnt/app-logs"],
    });
  });
});

describe("a source of the settings", () => {
  const titan = { path: "/var/log/titan/*.log" };

  it("is a job with the labels of its name, and its folder mounted", () => {
    const { jobs, mounts } = agentWork(devSettings({ logs: { sources: { titan } } }), "app");
    expect(jobs.find(({ name }) => name === "titan")).toMatchObject({
      kind: "files",
      path: "/mnt/titan-logs/*.log",
      labels: { env: "dev", host: "app", job: "titan", service: "titan", log_type: "other" },
    });
    expect(mounts).toContainEqual({ source: "/var/log/titan", target: "/mnt/titan-logs" });
  });

  it("may have another job and service, labels, and fewer formats", () => {
    const source = { ...titan, job: "nginx", service: "shop", labels: { team: "tea" } };
    const settings = devSettings({
      logs: { sources: { titan: { ...source, formats: ["python", "nginx-access"] } } },
    });
    const job = agentWork(settings, "app").jobs.find(({ name }) => name === "titan");
    expect(job).toMatchObject({
      labels: { job: "nginx", service: "shop", team: "tea", log_type: "other" },
    });
    // In the order in which formats are tried, whatever the order in the settings.
    const logTypes = job?.stages.flatMap((stage) =>
      stage.kind === "match"
        ? stage.stages.flatMap((inner) =>
            inner.kind === "staticLabels" ? [inner.labels.log_type] : [],
          )
        : [],
    );
    expect(logTypes).toEqual(["access", "app"]);
  });

  it("may be a container, which the site's containers then leave out", () => {
    const sources = { jobs: { container: "worker.1" } };
    const { jobs } = agentWork(devSettings({ logs: { sources, ...project } }), "monitoring");
    const sourceLabels = [
      "__meta_docker_container_label_com_docker_compose_project",
      "__meta_docker_container_label_com_docker_compose_service",
      "__meta_docker_container_name",
    ];
    const regex = String.raw`website;worker\.1;.*|[^;]*;[^;]*;/worker\.1`;
    const [, site, own] = jobs;
    expect([site?.name, own?.name]).toEqual(["site", "jobs"]);
    expect(site).toHaveProperty("relabel.0", { sourceLabels, regex, action: "drop" });
    expect(own).toHaveProperty("relabel.0", { sourceLabels, regex, action: "keep" });
  });
});

describe("an agent's container", () => {
  it.each([
    ["promtail", promtailSpec, 9080],
    ["alloy", alloySpec, 12_345],
  ] as const)("of %s has what its work needs", (name, specOf, port) => {
    const two = prodSettings({ logs: { agent: name, route: "agent" } });
    expect(specOf(two, "app")).toMatchObject({
      name: `app-${name}`,
      tool: name,
      user: "0:0",
      networks: ["data", "sock", "egress"],
      publish: [{ containerPort: port, hostPort: port, hostAddress: "10.0.0.3" }],
    });
    expect(specOf(two, "monitoring")).toMatchObject({
      name,
      networks: ["data", "sock"],
      publish: [],
    });
    const one = devSettings({ logs: { agent: name, system: true } });
    expect(specOf(one, "app")).toMatchObject({ networks: ["data"], publish: [] });
    expect(specOf(one, "monitoring").user).toBe("0:4");
  });
});
