import { EXPORTER_TOOLS } from "../../../configs/exporters/exporters";
import { EXPORTERS } from "../../../configs/exporters/registry";
import { gather } from "../../../configs/gathered";
import { placedSpecs, specsOn } from "../../../configs/hosts";
import { reachedFrom, siteNetworkOn } from "../../../configs/placement";
import { metaRules } from "../../../configs/rules/meta";
import { requiredSecrets } from "../../../configs/secrets";
import { networksOf, type ServiceSpec, toolOf } from "../../../configs/service-spec";
import { parseSettings, type Settings } from "../../../configs/settings/settings";
import { EXPORTER_IMAGE_NAMES } from "../../../tools/images/official";
import { devSettings, EXPORTERS_RAW, onHosts, type Raw } from "../../support/fixtures";
import { LINKS } from "../../support/render-stack";
import { VARIANTS } from "../../support/rule-variants";

/** A site on a host of its own, with exporters there. */
function remote(exporters: Raw, more: Raw = {}): Settings {
  return parseSettings(
    onHosts({ monitoring: {}, shop: { ...more, roles: ["app"], exporters } }),
    "prod",
  );
}

function exporterOn(settings: Settings, host: string, tool: string): ServiceSpec {
  const spec = specsOn(settings, host).find((one) => toolOf(one) === tool);
  if (!spec) throw new Error(`no ${tool} on ${host}`);
  return spec;
}

function exporterNames(settings: Settings): readonly string[] {
  const all = placedSpecs(settings).filter(({ spec }) => EXPORTER_TOOLS.includes(toolOf(spec)));
  return all.map(({ host, spec }) => `${host}/${spec.name}`);
}

describe("exporters", () => {
  it("are by default the programs of each host that the site runs on, unless that is switched off", () => {
    expect(exporterNames(devSettings())).toEqual(["app/app-process-exporter"]);
    expect(exporterNames(remote({}))).toEqual(["shop/shop-process-exporter"]);
    expect(exporterNames(remote({ process: false }))).toEqual([]);
  });

  it("are those that the fixture of all of them names, each with a stand-in for its image", () => {
    expect(Object.keys(EXPORTERS_RAW).sort()).toEqual(Object.keys(EXPORTERS).sort());
    expect([...EXPORTER_TOOLS].sort()).toEqual([...EXPORTER_IMAGE_NAMES].sort());
  });

  it("are containers of the host that asks for them, by its name", () => {
    expect(exporterNames(remote({ process: true, redis: { address: "redis:6379" } }))).toEqual([
      "shop/shop-process-exporter",
      "shop/shop-redis-exporter",
    ]);
    const onMonitoring = devSettings({ hosts: { monitoring: { exporters: { process: true } } } });
    expect(exporterNames(onMonitoring)).toEqual([
      "monitoring/process-exporter",
      "app/app-process-exporter",
    ]);
  });

  it("listen on the host's private address alone where Prometheus is elsewhere", () => {
    const settings = remote({ process: true });
    const spec = exporterOn(settings, "shop", "process-exporter");
    expect(spec.publish).toEqual([
      { containerPort: 9256, hostPort: 9256, hostAddress: "10.0.0.2" },
    ]);
    expect(reachedFrom(settings, "monitoring", { host: "shop", spec })).toBe("10.0.0.2:9256");
    expect(exporterOn(VARIANTS.exporters, "app", "process-exporter").publish).toEqual([]);
  });
});

describe("a server that tells about itself", () => {
  const own = {
    docker: { address: "10.0.0.2:9323" },
    jenkins: { url: "https://ci.shop.test/jenkins/prometheus/" },
    rabbitmq: { address: "10.0.0.2:15692" },
  };
  const filesOfPrometheus = (settings: Settings) =>
    specsOn(settings, "monitoring")
      .find(({ name }) => name === "prometheus")
      ?.configuration?.files(LINKS) ?? {};
  const networks = (settings: Settings) =>
    networksOf(exporterOn(settings, "monitoring", "prometheus"));

  it("has no container, and a file of targets under its host's label", () => {
    const settings = remote({ ...own, process: false });
    expect(exporterNames(settings)).toEqual([]);
    const files = filesOfPrometheus(settings);
    const entries = (job: string): unknown => JSON.parse(files[`targets/${job}.json`] ?? "[]");
    const labels = { env: "prod", host: "shop" };
    expect(entries("rabbitmq")).toEqual([
      { targets: ["10.0.0.2:15692"], labels: { ...labels, service: "shop-rabbitmq" } },
    ]);
    expect(entries("jenkins")).toEqual([
      {
        targets: ["ci.shop.test:443"],
        labels: {
          ...labels,
          service: "shop-jenkins",
          __metrics_path__: "/jenkins/prometheus/",
          __scheme__: "https",
        },
      },
    ]);
    expect(files["prometheus.yml"]).toContain("targets/docker-daemon.json");
  });

  it("is reached by the site's network on its own machine, else by the way out", () => {
    expect(networks(devSettings())).toEqual(["data", "ui"]);
    expect(networks(remote(own))).toEqual(["data", "egress", "ui"]);
    const here = devSettings({ hosts: { app: { exporters: EXPORTERS_RAW } } });
    expect(networks(here)).toEqual(["data", "site", "ui"]);
  });

  it("is told by an alert of its own when it is silent, where some host has it", () => {
    const targetDown = (settings: Settings) =>
      metaRules(settings).rules.find(({ alert }) => alert === "TargetDown")?.expr;
    expect(targetDown(remote({ rabbitmq: own.rabbitmq }))).toContain('|node-exporter|rabbitmq"}');
    expect(targetDown(devSettings())).not.toContain("rabbitmq");
  });

  it("is told later than that its host is down, which mutes it", () => {
    const { alerts } = devSettings();
    for (const alert of ["DockerDown", "JenkinsDown", "RabbitmqDown"] as const) {
      expect(alerts[alert].for).toBeGreaterThan(alerts.NodeDown.for);
    }
  });

  it("of Jenkins has a page without a query", () => {
    expect(() => remote({ jenkins: { url: "http://jenkins:8080/prometheus/?a=1" } })).toThrow(
      "sightline:hosts.shop.exporters.jenkins.url: must be an absolute http(s) URL with a path, " +
        "without credentials and query",
    );
  });
});

describe("the way to a server of the site", () => {
  const redis = { redis: { address: "redis:6379" } };
  const networks = (settings: Settings, host: string) =>
    networksOf(exporterOn(settings, host, "redis-exporter"));

  it("is the site's own network on the host, where it is named", () => {
    const settings = remote(redis, { siteNetwork: "shop_default" });
    expect(siteNetworkOn(settings, "shop")).toBe("shop_default");
    expect(networks(settings, "shop")).toEqual(["data", "site", "ui"]);
  });

  it("is the one that the probes use, where the site and monitoring are one machine", () => {
    expect(siteNetworkOn(VARIANTS.exporters, "app")).toBe("website_default");
    expect(networks(VARIANTS.exporters, "app")).toEqual(["data", "site"]);
  });

  it("is the host's way out where there is none", () => {
    expect(networks(remote(redis), "shop")).toEqual(["data", "egress", "ui"]);
  });

  it("is named once: not also on a host of the monitoring's machine", () => {
    expect(() => devSettings({ hosts: { app: { siteNetwork: "shop_default" } } })).toThrow(
      "sightline:hosts.app.siteNetwork: is for a host on another machine than monitoring; " +
        `got "shop_default". Fix: remove it, and: pulumi config set --path 'sightline:site.dockerNetwork' shop_default`,
    );
  });
});

describe("a password", () => {
  const secret = 'a"b\\c$d';
  const textOf = (tool: string) => {
    const { secretFiles = [], secretTexts = {} } = exporterOn(VARIANTS.exporters, "app", tool);
    return secretFiles.map((file) => [file, secretTexts[file]?.(secret) ?? secret]);
  };

  it("of Redis stands in the exporter's file by the address it is for", () => {
    const [[file, text = ""] = []] = textOf("redis-exporter");
    expect(file).toBe("redis-password");
    expect(JSON.parse(text)).toEqual({ "redis://redis:6379": secret });
    expect(exporterOn(VARIANTS.exporters, "app", "redis-exporter").args).toContain(
      "-redis.password-file=/run/sightline/current/redis-password",
    );
  });

  it("of MongoDB stands in the whole address, which is read again every ten seconds", () => {
    expect(textOf("mongodb-exporter")).toEqual([
      [
        "mongodb-password",
        "mongodb://sightline:a%22b%5Cc%24d@mongodb:27017/" +
          "?authSource=admin&connectTimeoutMS=2000&serverSelectionTimeoutMS=2000",
      ],
    ]);
    expect(mongodbConfiguration({ address: "mongodb:27017", username: "sightline" })).toContain(
      `local.file "uri" {
  filename = "/run/sightline/current/mongodb-password"
  is_secret = true
  detector = "poll"
  poll_frequency = "10s"
}

prometheus.exporter.mongodb "site" {
  mongodb_uri = local.file.uri.content
`,
    );
  });

  it("of MongoDB is not asked for without a user, and its address is no secret", () => {
    const mongodb = { address: "mongodb:27017", tls: true };
    expect(mongodbConfiguration(mongodb)).toContain(
      `prometheus.exporter.mongodb "site" {
  mongodb_uri = "mongodb://mongodb:27017/?connectTimeoutMS=2000&serverSelectionTimeoutMS=2000&tls=true&tlsInsecure=true"
`,
    );
    const settings = remote({ mongodb });
    expect(exporterOn(settings, "shop", "mongodb-exporter").secretFiles).toBeUndefined();
    expect(requiredSecrets(settings).map(({ key }) => key)).not.toContain("mongodbPassword");
  });

  function mongodbConfiguration(mongodb: Raw): string {
    const { configuration } = exporterOn(remote({ mongodb }), "shop", "mongodb-exporter");
    return configuration?.files(LINKS)["config.alloy"] ?? "";
  }

  it("of MySQL stands in a client's file", () => {
    expect(textOf("mysqld-exporter")).toEqual([
      ["mysql-password", `[client]\npassword=${secret}\n`],
    ]);
  });

  it("of PostgreSQL is a file, named in the environment", () => {
    expect(textOf("postgres-exporter")).toEqual([["postgres-password", secret]]);
    expect(exporterOn(VARIANTS.exporters, "app", "postgres-exporter").environment).toEqual({
      DATA_SOURCE_URI: "postgres:5432/postgres?sslmode=disable",
      DATA_SOURCE_USER: "sightline",
      DATA_SOURCE_PASS_FILE: "/run/sightline/current/postgres-password",
    });
  });

  it("is asked for where the settings say that there is one, and only there", () => {
    const keys = (settings: Settings) => requiredSecrets(settings).map(({ key }) => key);
    expect(keys(VARIANTS.exporters)).toContain("redisPassword");
    expect(keys(remote({ redis: { address: "redis:6379" } }))).not.toContain("redisPassword");
  });
});

describe("the dashboard", () => {
  const rows = (settings: Settings) => {
    const { dashboards } = gather(settings, placedSpecs(settings));
    const resources = dashboards.find(({ uid }) => uid === "sightline-resources");
    return (resources?.panels ?? []).flatMap((panel) =>
      panel.type === "row" ? [panel.title] : [],
    );
  };

  it("has a line for each exporter that some host has", () => {
    const own = ["Hosts", "Disks", "Containers", "Processes"];
    expect(rows(devSettings())).toEqual([...own, "Programs of the hosts"]);
    const without = devSettings({ hosts: { app: { exporters: { process: false } } } });
    expect(rows(without)).toEqual(own);
    expect(rows(VARIANTS.exporters)).toEqual([
      ...own,
      ...["Docker", "Jenkins", "MongoDB", "MySQL", "nginx", "PostgreSQL", "Programs of the hosts"],
      ...["RabbitMQ", "Redis"],
    ]);
  });
});
