import { load } from "js-yaml";

import { centralAddress, publishedCentrally } from "../../../configs/central";
import { placedSpecs, specsOn } from "../../../configs/hosts";
import { pageUrl } from "../../../configs/pages";
import { hostNames, machineOwner } from "../../../configs/placement";
import { parseSettings, type Settings } from "../../../configs/settings/settings";
import { devRaw, fourServers, HOST_KEY, onHosts, type Raw } from "../../support/fixtures";
import { problemsOf } from "../../support/problems";
import { renderedFile } from "../../support/render-stack";

const parse = (raw: Raw) => parseSettings(raw, "prod");

function containers(settings: Settings): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    hostNames(settings).map((host) => [host, specsOn(settings, host).map(({ name }) => name)]),
  );
}

/** Targets of a job by host. */
function targetsOf(settings: Settings, job: string): Readonly<Record<string, string>> {
  const groups = JSON.parse(renderedFile(settings, `prometheus/targets/${job}.json`)) as {
    targets: readonly string[];
    labels: { host: string };
  }[];
  return Object.fromEntries(groups.map(({ targets, labels }) => [labels.host, targets.join()]));
}

describe("four servers", () => {
  const settings = parse(fourServers());

  it("have one central service each, and everywhere what every host has", () => {
    expect(containers(settings)).toEqual({
      prometheus: [
        "alertmanager",
        "blackbox-exporter",
        "cadvisor",
        "node-exporter",
        "prometheus",
        "promtail",
        "socket-proxy",
      ],
      grafana: [
        "grafana",
        "grafana-cadvisor",
        "grafana-node-exporter",
        "grafana-promtail",
        "grafana-socket-proxy",
      ],
      loki: ["loki", "loki-cadvisor", "loki-node-exporter", "loki-promtail", "loki-socket-proxy"],
      web: [
        "web-cadvisor",
        "web-node-exporter",
        "web-process-exporter",
        "web-promtail",
        "web-socket-proxy",
      ],
    });
  });

  it("find each other at their private addresses", () => {
    expect(centralAddress(settings, "prometheus", "alertmanager")).toBe("alertmanager:9093");
    expect(centralAddress(settings, "loki", "alertmanager")).toBe("10.0.0.2:9093");
    expect(centralAddress(settings, "grafana", "prometheus")).toBe("10.0.0.2:9090");
    expect(centralAddress(settings, "grafana", "loki")).toBe("10.0.0.3:3100");
    const { datasources } = load(
      renderedFile(settings, "grafana/provisioning/datasources/sightline.yml"),
    ) as { datasources: { url: string }[] };
    expect(datasources.map(({ url }) => url)).toEqual([
      "http://10.0.0.2:9090",
      "http://10.0.0.3:3100",
    ]);
  });

  it("are all scraped, each by its own name", () => {
    expect(targetsOf(settings, "node-exporter")).toEqual({
      prometheus: "node-exporter:9100",
      grafana: "10.0.0.4:9100",
      loki: "10.0.0.3:9100",
      web: "10.0.0.1:9100",
    });
    expect(targetsOf(settings, "loki")).toEqual({ loki: "10.0.0.3:3100" });
    expect(targetsOf(settings, "grafana")).toEqual({ grafana: "10.0.0.4:3000" });
  });

  it("publish on an address what somebody elsewhere needs, and nothing for neighbours", () => {
    const publishedOn = (name: string) =>
      placedSpecs(settings)
        .find(({ spec }) => spec.name === name)
        ?.spec.publish?.map(({ hostAddress, hostPort }) => `${hostAddress}:${hostPort}`);
    expect(publishedOn("prometheus")).toEqual(["127.0.0.1:9090", "10.0.0.2:9090"]);
    expect(publishedOn("alertmanager")).toEqual(["127.0.0.1:9093", "10.0.0.2:9093"]);
    expect(publishedOn("loki")).toEqual(["10.0.0.3:3100"]);
    expect(publishedOn("blackbox-exporter")).toEqual([]);
    expect(publishedOn("node-exporter")).toEqual([]);
  });
});

describe("pages of four servers", () => {
  it("are served on the private address of the host each is on, where that is wished", () => {
    const settings = parse(fourServers({ publish: { address: "private" } }));
    expect(pageUrl(settings, "prometheus")).toBe("http://10.0.0.2:9090");
    expect(pageUrl(settings, "grafana")).toBe("http://10.0.0.4:3000");
    const prometheus = placedSpecs(settings).find(({ spec }) => spec.name === "prometheus");
    expect(prometheus?.spec.publish).toEqual([
      { containerPort: 9090, hostPort: 9090, hostAddress: "10.0.0.2" },
    ]);
  });
});

describe("more app hosts", () => {
  const settings = parse(onHosts({ monitoring: {}, "shop-1": {}, "shop-2": {} }));

  it("each have their own agent and exporters under their own name", () => {
    expect(Object.keys(containers(settings))).toEqual(["monitoring", "shop-1", "shop-2"]);
    expect(containers(settings)["shop-2"]).toEqual([
      "shop-2-cadvisor",
      "shop-2-node-exporter",
      "shop-2-process-exporter",
      "shop-2-promtail",
      "shop-2-socket-proxy",
    ]);
  });

  it("are a file's edit to Prometheus: its main file stays as it is", () => {
    const one = parse(onHosts({ monitoring: {}, "shop-1": {} }));
    const main = (of: Settings) => renderedFile(of, "prometheus/prometheus.yml");
    expect(main(settings)).toBe(main(one));
    expect(targetsOf(settings, "cadvisor")).toEqual({
      monitoring: "cadvisor:8080",
      "shop-1": "10.0.0.2:8081",
      "shop-2": "10.0.0.3:8081",
    });
  });

  it("may share one Docker under different addresses", () => {
    const local = (address: string) => ({ endpoint: "local", address });
    const hosts = { monitoring: local("10.0.0.1"), a: local("10.0.0.2"), b: local("10.0.0.3") };
    const shared = parse(devRaw({ hosts, site: { dockerNetwork: undefined } }));
    expect(hostNames(shared).map((host) => machineOwner(shared, host))).toEqual([
      "monitoring",
      "a",
      "b",
    ]);
    expect(publishedCentrally(shared, "loki")).toEqual([
      { containerPort: 3100, hostPort: 3100, hostAddress: "10.0.0.1" },
    ]);
  });
});

describe("hosts that cannot be", () => {
  const local = (address: string) => ({ endpoint: "local", address });

  it.each<[what: string, raw: Raw, messages: readonly string[]]>([
    [
      "two for what there is one of",
      onHosts({ monitoring: {}, central: { roles: ["monitoring"] }, web: {} }),
      [
        'hosts: must give the role monitoring to one host; got monitoring and central. Fix: set the roles of the others, for example ["app"]',
      ],
    ],
    [
      "the site's with another role",
      onHosts({ monitoring: {}, web: { roles: ["app", "loki"] } }),
      [
        'hosts.web.roles: must have app alone; got ["app","loki"]. Fix: give the machine a second name with the same endpoint and address for its other roles',
      ],
    ],
    [
      "a misspelt role",
      onHosts({ monitoring: {}, web: { roles: ["apps"] } }),
      [
        'hosts.web.roles[0]: must be one of app, monitoring, prometheus, loki, grafana; got "apps". Fix: did you mean "app"?',
      ],
    ],
    [
      "a misspelt name of a role",
      onHosts({ monitorng: {}, web: {} }),
      [
        'hosts.monitorng: is nearly the name of a role, but an app host. Fix: did you mean "monitoring"? If not, choose another name',
      ],
    ],
    [
      "a name with a dot",
      onHosts({ monitoring: {}, "web.shop.test": {} }),
      [
        'hosts.web.shop.test: must have a short name of a-z, 0-9 and -; got {"endpoint":"ssh://deploy@10.0.0.2","address":"10.0.0.2","hostKey":"ssh-ed255…. Fix: for example "shop-1"',
      ],
    ],
    [
      "one machine twice",
      onHosts({
        monitoring: {},
        web: {},
        shop: { endpoint: "ssh://deploy@10.0.0.2", address: "10.0.0.2", hostKey: HOST_KEY },
      }),
      [
        "hosts.web: must be another machine than shop; got ssh://deploy@10.0.0.2 at 10.0.0.2. Fix: remove one of the two, or correct its endpoint and address",
      ],
    ],
    [
      "one address twice",
      devRaw({
        hosts: {
          monitoring: local("10.0.0.1"),
          app: { endpoint: "ssh://deploy@shop", address: "10.0.0.1", hostKey: HOST_KEY },
        },
        logs: { directories: { nginx: "/n", app: "/a", redis: "/r" } },
        site: { dockerNetwork: undefined },
      }),
      [
        "hosts.monitoring: must be another machine than app; got local at 10.0.0.1. Fix: remove one of the two, or correct its endpoint and address",
      ],
    ],
    [
      "one machine's address for the pages of several",
      fourServers({ publish: { address: "10.0.0.2" } }),
      [
        "publish.address: must be private or of 127.0.0.0/8 where pages are on several machines; got 10.0.0.2, and grafana is on grafana. Fix: pulumi config set --path sightline:publish.address private",
      ],
    ],
  ])("are refused with one line: %s", (_, raw, messages) => {
    expect(problemsOf(raw)).toEqual(messages);
  });
});
