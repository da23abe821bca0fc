import { load } from "js-yaml";

import { placedSpecs, specsOn } from "../../../../configs/hosts";
import { toolOf } from "../../../../configs/service-spec";
import { alloySpec } from "../../../../configs/services/alloy";
import { nodeExporterSpec } from "../../../../configs/services/node-exporter";
import type { Settings } from "../../../../configs/settings/settings";
import { devSettings, prodSettings } from "../../../support/fixtures";
import { LINKS, renderedFile } from "../../../support/render-stack";

const METRICS = "/api/v0/component/prometheus.exporter.unix.host/metrics";
const one = devSettings({ logs: { agent: "alloy" } });
const two = prodSettings({ logs: { agent: "alloy", route: "agent" } });
const overNfs = prodSettings({ logs: { agent: "alloy", route: "nfs" } });

const exportersOn = (settings: Settings, host: string) =>
  specsOn(settings, host)
    .filter((spec) => /alloy|cadvisor|node-exporter|socket-proxy/.test(toolOf(spec)))
    .map(({ name }) => name);

describe("the node-exporter inside Alloy", () => {
  it("takes the place of the container on every machine that has an Alloy of its own", () => {
    expect(exportersOn(one, "monitoring")).toEqual(["alloy", "cadvisor", "socket-proxy"]);
    expect(exportersOn(one, "app")).toEqual(["app-alloy"]);
    expect(specsOn(two, "app").map(({ name }) => name)).toEqual([
      "app-alloy",
      "app-cadvisor",
      "app-process-exporter",
      "app-socket-proxy",
    ]);
  });

  it("leaves the container where there is no Alloy", () => {
    expect(specsOn(overNfs, "app").map(({ name }) => name)).toEqual([
      "app-cadvisor",
      "app-node-exporter",
      "app-process-exporter",
      "app-socket-proxy",
    ]);
  });

  it("is scraped as node-exporter, on the agent's port", () => {
    const labels = { env: "prod", __metrics_path__: METRICS };
    expect(targets(two)).toEqual([
      { targets: ["alloy:12345"], labels: { ...labels, host: "monitoring", service: "alloy" } },
      { targets: ["10.0.0.3:12345"], labels: { ...labels, host: "app", service: "app-alloy" } },
    ]);
    expect(targets(overNfs)).toEqual([
      { targets: ["alloy:12345"], labels: { ...labels, host: "monitoring", service: "alloy" } },
      {
        targets: ["10.0.0.3:9100"],
        labels: { env: "prod", host: "app", service: "app-node-exporter" },
      },
    ]);
  });

  it("measures what the container measures", () => {
    const text = alloySpec(two, "app").configuration?.files(LINKS)["config.alloy"] ?? "";
    expect(text.slice(text.indexOf("prometheus."), text.indexOf("loki.write"))).toBe(
      String.raw`prometheus.exporter.unix "host" {
  rootfs_path = "/host"
  procfs_path = "/host/proc"
  sysfs_path = "/host/sys"
  disable_collectors = ["processes"]
  disk {
    device_exclude = "^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$"
  }
  filesystem {
    mount_points_exclude = "^/(dev|proc|sys|run|mnt/.*-logs|var/lib/docker/.+)($|/)"
    fs_types_exclude = "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$"
  }
}

`,
    );
    expect(nodeExporterSpec(two, "app").args).toEqual([
      "--path.rootfs=/host",
      "--path.procfs=/host/proc",
      "--path.sysfs=/host/sys",
      "--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run|mnt/.*-logs|var/lib/docker/.+)($|/)",
    ]);
  });

  it("has the memory of both, most of which Go may use", () => {
    expect(alloySpec(two, "app")).toMatchObject({
      memoryMegabytes: 448,
      environment: { GOMEMLIMIT: "373MiB" },
    });
    expect(alloySpec(one, "app")).toMatchObject({
      memoryMegabytes: 384,
      environment: { GOMEMLIMIT: "320MiB" },
    });
  });

  it("brings the rules on hosts and disks, once", () => {
    const groups = placedSpecs(two).flatMap(({ spec }) => spec.monitoring?.ruleGroups ?? []);
    expect(new Set(groups.map(({ name }) => name))).toEqual(
      new Set(
        placedSpecs(prodSettings({ logs: { route: "agent" } }))
          .flatMap(({ spec }) => spec.monitoring?.ruleGroups ?? [])
          .map(({ name }) => name),
      ),
    );
  });

  it("sees the host's files, but neither sockets nor secrets that root could use", () => {
    const settings = devSettings({
      logs: { agent: "alloy" },
      hosts: {
        app: { endpoint: "local", dockerDataRoot: "/data/docker" },
        monitoring: { endpoint: "local", dockerDataRoot: "/data/docker" },
      },
    });
    const { hostMounts, hiddenPaths } = alloySpec(settings, "monitoring");
    expect(hostMounts).toEqual([{ source: "/", target: "/host" }]);
    expect(hiddenPaths).toEqual([
      "/host/etc",
      "/host/root",
      "/host/run",
      "/host/data/docker/containers",
      "/host/data/docker/volumes",
    ]);
  });

  it("is not in the second Alloy of a machine, which reads the site's files alone", () => {
    const spec = alloySpec(one, "app");
    expect(spec.hiddenPaths).toBeUndefined();
    expect(spec.monitoring?.exporters).toBeUndefined();
    expect(spec.hostMounts?.map(({ target }) => target)).not.toContain("/host");
    expect(spec.configuration?.files(LINKS)["config.alloy"]).not.toContain("prometheus.exporter");
  });
});

function targets(settings: Settings): unknown {
  return load(renderedFile(settings, "prometheus/targets/node-exporter.json"));
}
