import { parseSettings, type Settings } from "../../../configs/settings/settings";
import { devRaw, devSettings, prodRaw, prodSettings } from "../../support/fixtures";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("defaults", () => {
  it("leave four things to say: environment, site, log folders and mail", () => {
    const directories = { nginx: "/logs/nginx", app: "/logs/app", redis: "/logs/redis" };
    const settings = parseSettings(
      {
        environment: "dev",
        site: { pageUrl: "http://application:80", apiUrl: "http://application:80/api/health" },
        logs: { directories },
        mail: { kind: "catcher", to: ["ops@shop.test"] },
      },
      "mystack",
    );
    const host = {
      endpoint: "local",
      address: "127.0.0.1",
      dockerDataRoot: "/var/lib/docker",
      exporters: { process: false },
      metrics: "pull",
    };
    expect(settings).toEqual({
      prefix: "mystack",
      environment: "dev",
      site: {
        name: "website",
        pageUrl: "http://application:80",
        apiUrl: "http://application:80/api/health",
        pages: {},
      },
      intervals: { probe: 60_000, probeTimeout: 10_000, scrape: 15_000, evaluation: 15_000 },
      hosts: {
        monitoring: { ...host, roles: ["monitoring"] },
        app: { ...host, roles: ["app"], exporters: { process: true } },
      },
      logs: {
        retention: 7 * DAY,
        storage: { kind: "filesystem" },
        route: "agent",
        routes: {},
        directories,
        nfs: { server: "nfs-server", exportRoot: "/data/logs" },
        agent: "promtail",
        timezone: "UTC",
        sources: {},
        docker: {},
        system: false,
        personalData: { filter: true },
        filters: [],
      },
      application: { family: "instrumentator" },
      discovery: {},
      slo: { availability: 0.995, latencyShare: 0.95, latencyUnder: 200 },
      wireguard: { enabled: false, network: "10.66.0.0/24", peers: {}, port: 51_820 },
      // Their numbers have a test of their own.
      alerts: expect.any(Object) as Settings["alerts"],
      alerting: {
        engine: "alertmanager",
        runbookUrl: "docs/runbooks",
        timezone: "UTC",
        leastSeverity: {
          mail: "warning",
          slack: "warning",
          telegram: "warning",
          webhook: "warning",
        },
        grouping: {
          criticalWait: 5_000,
          criticalInterval: 30_000,
          criticalRepeat: 4 * HOUR,
          wait: 30_000,
          interval: 60_000,
          repeat: DAY,
        },
      },
      dashboards: { community: [] },
      metrics: {
        retention: 7 * DAY,
        retentionSize: "4GB",
        longTerm: { enabled: false, raw: 15 * DAY, fiveMinutes: 365 * DAY, oneHour: 365 * DAY },
      },
      mail: { kind: "catcher", to: ["ops@shop.test"] },
      publish: {
        address: "127.0.0.1",
        grafana: 3000,
        prometheus: 9090,
        alertmanager: 9093,
        mail: 1080,
        loki: 3100,
      },
      gateway: { enabled: false, port: 8443, people: [], tls: { kind: "files" } },
      browser: { enabled: false, plainHttp: false, sessions: 1, eventsPerPage: 20 },
      grafana: { enabled: true },
      images: {},
      protectData: false,
      allowPlaceholders: false,
    });
  });

  it("ask for an encrypted connection to a real mail server", () => {
    expect(prodSettings().mail).toEqual({
      kind: "smtp",
      smarthost: "mail.shop.test:587",
      from: "sightline@shop.test",
      to: ["ops@shop.test"],
      username: "sightline",
      requireTls: true,
    });
  });
});

describe("the shipped stack files", () => {
  it("are accepted for dev as they stand", () => {
    expect(devSettings().environment).toBe("dev");
  });

  it("are accepted for prod as they stand, where placeholders are allowed, but for the host keys", () => {
    const { hosts } = prodRaw();
    expect(prodSettings({ allowPlaceholders: true, hosts }).protectData).toBe(true);
  });
});

describe("values as `pulumi config set` writes them", () => {
  it.each([
    ["a number as text", { publish: { grafana: "3001" } }, "publish.grafana", 3001],
    ["a number as number", { publish: { grafana: 3001 } }, "publish.grafana", 3001],
    ["true as text", { protectData: "true" }, "protectData", true],
    ["false as text", { grafana: { enabled: "false" } }, "grafana.enabled", false],
    ["false as boolean", { grafana: { enabled: false } }, "grafana.enabled", false],
    ["a duration", { intervals: { probe: "1m30s" } }, "intervals.probe", 90_000],
  ])("%s is read", (_, overrides, path, value) => {
    expect(parseSettings(devRaw(overrides), "dev")).toHaveProperty(path, value);
  });
});

describe("images", () => {
  it.each(["keeper", "mail-catcher", "grafana", "promtail", "socket-proxy"])(
    "may be named for %s, whether it is switched on or not",
    (name) => {
      const images = { [name]: "registry.shop.test:5000/mirror/tool:1.2.3" };
      const settings = prodSettings({ images, grafana: { enabled: false } });
      expect(settings.images).toEqual(images);
    },
  );

  it.each([
    "prom/prometheus:v3.15.0",
    `prom/prometheus:v3.15.0@sha256:${"a".repeat(64)}`,
    "registry.shop.test:5000/prometheus:v3.15.0",
    "sightline-offline/loki:3.7.8-0123456789ab",
  ])("take %s", (image) => {
    expect(devSettings({ images: { prometheus: image } }).images.prometheus).toBe(image);
  });
});
