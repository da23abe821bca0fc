import { publishedCentrally } from "../../../configs/central";
import { metricsPush } from "../../../configs/gateway/metrics-push";
import { gatewayUsers } from "../../../configs/gateway/route";
import { placedSpecs, specsOn } from "../../../configs/hosts";
import { parseSettings, type Settings } from "../../../configs/settings/settings";
import { makeCertificates } from "../../../tools/gateway/certificates";
import {
  EXPORTERS_RAW,
  onHosts,
  prodSettings,
  pushSettings,
  type Raw,
} from "../../support/fixtures";
import { problemsOf } from "../../support/problems";
import { filesOf, renderedFile } from "../../support/render-stack";

const app = { exporters: EXPORTERS_RAW, siteNetwork: "website" };
const pushed = pushSettings({ hosts: { app } });
const pulled = prodSettings({ hosts: { app }, logs: { agent: "alloy", route: "agent" } });

type Labels = Readonly<Record<string, string>>;
interface Target {
  readonly targets: readonly string[];
  readonly labels: Labels;
}

/** Labels of every target of the app host by its job, as Prometheus reads them. */
function readByPrometheus(settings: Settings): Readonly<Record<string, Labels>> {
  const files = Object.entries(filesOf(settings, "prometheus")).flatMap(([file, text]) => {
    const [, job] = /^targets\/(.+)\.json$/.exec(file) ?? [];
    const own = job
      ? (JSON.parse(text) as readonly Target[]).filter(({ labels }) => labels.host === "app")
      : [];
    return own.map(({ labels }) => [job, labels] as const);
  });
  return Object.fromEntries(files) as Readonly<Record<string, Labels>>;
}

function scrapeBlocks(settings: Settings) {
  const watched = placedSpecs(settings).filter(({ host }) => host === "app");
  return metricsPush(settings, "app", watched).filter(({ name }) => name === "prometheus.scrape");
}

/** The same, as Alloy on the app host reads them; the address of a target becomes its instance. */
function readByAlloy(settings: Settings): Readonly<Record<string, Labels>> {
  const entries = scrapeBlocks(settings).map(({ attributes = {} }) => {
    const [target] = attributes.targets as readonly [Labels];
    const labels = Object.entries(target).filter(([label]) => label !== "__address__");
    return [attributes.job_name, Object.fromEntries(labels)] as const;
  });
  return Object.fromEntries(entries) as Readonly<Record<string, Labels>>;
}

describe("a host that pushes its metrics", () => {
  it("has every job and label that Prometheus would give it", () => {
    const expected = readByPrometheus(pulled);
    expect(Object.keys(expected)).toEqual(
      expect.arrayContaining(["alloy", "cadvisor", "node-exporter", "redis-exporter"]),
    );
    expect(readByAlloy(pushed)).toEqual(expected);
  });

  it("is scraped on its own network, as often and as patiently", () => {
    const own = ["docker:9323", "jenkins:8080", "rabbitmq:15692"];
    for (const { attributes = {} } of scrapeBlocks(pushed)) {
      const [target] = attributes.targets as readonly [Labels];
      if (!own.includes(target.__address__ ?? "")) {
        expect(target.__address__).toMatch(/^app-[a-z-]+:\d+$/);
      }
      expect(attributes).toMatchObject({ scrape_interval: "15s", scrape_timeout: "10s" });
    }
  });

  it("has its servers that tell about themselves read where they are, by their network's names", () => {
    const agent = specsOn(pushed, "app").find(({ name }) => name === "app-alloy");
    expect(agent?.networks).toEqual(["data", "sock", "egress", "site"]);
    const text = renderedFile(pushed, "app-alloy/config.alloy");
    expect(text).toContain('"rabbitmq:15692"');
    expect(text).toContain('"__metrics_path__" = "/prometheus/"');
    const prometheus = specsOn(pushed, "monitoring").find(({ name }) => name === "prometheus");
    expect(prometheus?.networks).toEqual(["data"]);
  });

  it("drops the same labels and notices the end of the same series", () => {
    const text = renderedFile(pushed, "app-alloy/config.alloy");
    expect(text).toContain("track_timestamps_staleness = true");
    expect(text).toContain('action = "labeldrop"\n    regex = "restartcount"');
  });

  it("is read by nobody else, and publishes nothing", () => {
    expect(readByPrometheus(pushed)).toEqual({});
    expect(specsOn(pulled, "app").filter(({ publish = [] }) => publish.length > 0)).not.toEqual([]);
    expect(specsOn(pushed, "app").filter(({ publish = [] }) => publish.length > 0)).toEqual([]);
  });

  it("has a login at the gateway, which knows the way to Prometheus", () => {
    expect(gatewayUsers(pushed)).toEqual(["app"]);
    expect(renderedFile(pushed, "app-alloy/config.alloy")).toContain(
      'url = "https://10.0.0.2:8443/api/v1/write"\n    basic_auth {\n      username = "app"',
    );
    expect(renderedFile(pushed, "gateway/nginx.conf")).toMatch(
      /location = \/api\/v1\/write \{\n(?: {6}.*\n)+ {6}set \$upstream prometheus:9090;/,
    );
  });

  it("makes Prometheus take what others write, and what comes late", () => {
    const argsOf = (settings: Settings) =>
      specsOn(settings, "monitoring").find(({ name }) => name === "prometheus")?.args;
    expect(argsOf(pushed)).toContain("--web.enable-remote-write-receiver");
    expect(argsOf(pulled)).not.toContain("--web.enable-remote-write-receiver");
    expect(renderedFile(pushed, "prometheus/prometheus.yml")).toContain(
      "out_of_order_time_window: 3h",
    );
    expect(renderedFile(pulled, "prometheus/prometheus.yml")).not.toContain("out_of_order");
  });

  it("does not open another way to a gateway where nobody pushes metrics", () => {
    const gateway = pushed.gateway;
    expect(renderedFile({ ...pulled, gateway }, "gateway/nginx.conf")).not.toContain(
      "/api/v1/write",
    );
  });

  it("reaches a Prometheus on a host of its own, which lets the gateway in", () => {
    const hosts = { monitoring: {}, prometheus: {}, shop: {} };
    const settings = parseSettings(onHosts(hosts, { logs: { agent: "alloy" } }), "prod");
    const { shop, ...others } = settings.hosts;
    if (!shop) throw new Error("there is no shop");
    const apart: Settings = {
      ...settings,
      gateway: pushed.gateway,
      hosts: { ...others, shop: { ...shop, metrics: "push" } },
    };
    expect(renderedFile(apart, "gateway/nginx.conf")).toContain("set $upstream 10.0.0.2:9090;");
    expect(publishedCentrally(apart, "prometheus")).toEqual([
      { containerPort: 9090, hostPort: 9090, hostAddress: "10.0.0.2" },
    ]);
  });
});

describe("metrics: push", () => {
  let gateway: Raw;
  beforeAll(async () => {
    const { certificate, authority } = await makeCertificates("10.0.0.1", 1);
    gateway = { enabled: true, certificate, certificateAuthority: authority };
  });

  const alloy = { agent: "alloy", route: "agent" };
  const hosts = (more: Raw = {}) => ({ monitoring: {}, shop: { metrics: "push", ...more } });

  it("is taken with a gateway and Alloy, and needs no address that others reach", () => {
    expect(problemsOf(onHosts(hosts({ address: "127.0.0.1" }), { gateway, logs: alloy }))).toEqual(
      [],
    );
  });

  it("needs a gateway", () => {
    expect(problemsOf(onHosts(hosts(), { logs: alloy }))).toEqual([
      "hosts.shop.metrics: can be push only with a gateway, which lets it in; got gateway.enabled false. Fix: pulumi config set --path 'sightline:gateway.enabled' true, and: npm run credentials -- --stack <stack>",
    ]);
  });

  it("needs Alloy", () => {
    expect(problemsOf(onHosts(hosts(), { gateway, logs: { agent: "promtail" } }))).toEqual([
      "hosts.shop.metrics: can be push only where the agent is Alloy: Promtail knows logs alone; got logs.agent promtail. Fix: pulumi config set --path 'sightline:logs.agent' alloy",
    ]);
  });

  it("needs an agent on the host", () => {
    expect(problemsOf(onHosts(hosts(), { gateway, logs: { ...alloy, route: "nfs" } }))).toEqual([
      "hosts.shop.metrics: can be push only where there is an agent, which route nfs does without; got logs.route nfs. Fix: pulumi config set --path 'sightline:logs.route' agent",
    ]);
  });

  it("is for app hosts on machines of their own", () => {
    const raw = onHosts({ monitoring: { metrics: "push" }, shop: {} }, { gateway, logs: alloy });
    expect(problemsOf(raw)).toEqual([
      "hosts.monitoring.metrics: can be push only for an app host on a machine of its own; got another role. Fix: pulumi config set --path 'sightline:hosts.monitoring.metrics' pull",
    ]);
  });

  it("has two values", () => {
    expect(problemsOf(onHosts(hosts({ metrics: "pushed" }), { gateway, logs: alloy }))).toEqual([
      'hosts.shop.metrics: must be one of pull, push; got "pushed". Fix: did you mean "push"?',
    ]);
  });
});
