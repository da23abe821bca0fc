import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { parseSite, siteNetwork } from "../../../examples/website/site";
import { OFFICIAL_REDIS, websiteEnvironment } from "../../../tools/images/website/website-images";

const folder = path.resolve(__dirname, "../../../examples/website");
const composeText = readFileSync(path.join(folder, "docker-compose.yml"), "utf8");

interface Service {
  readonly image: string;
  readonly healthcheck?: object;
  readonly restart?: string;
  readonly mem_limit?: string;
  readonly ports?: readonly string[];
  readonly logging?: { readonly options?: Record<string, string> };
}
const compose = parse(composeText, { merge: true }) as Record<string, unknown> & {
  readonly services: Record<string, Service>;
};

describe("parseSite", () => {
  const defaults = {
    service: "",
    project: "website",
    port: 8080,
    bind: "127.0.0.1",
    logDir: path.join(folder, "data", "logs"),
    offline: false,
    detach: false,
  };

  it.each([
    [["up"], { command: "up" }],
    [["up", "--port", "81", "--log-dir", "/l"], { command: "up", port: 81, logDir: "/l" }],
    [["stop", "nginx", "--project", "a"], { command: "stop", service: "nginx", project: "a" }],
    [["down", "--detach"], { command: "down", detach: true }],
  ])("reads %j", (args, expected) => {
    expect(parseSite(args)).toEqual({ ...defaults, ...expected });
  });

  it.each([
    [[], "command: must be one of up, down, stop, start, logs"],
    [["stop"], "stop: needs a service"],
    [["up", "nginx"], 'up: takes no more words; got "nginx".'],
    [["up", "--port", "65536"], "--port: must be a whole number from 1 to 65535"],
  ])("refuses %j", (args, message) => {
    expect(() => parseSite(args)).toThrow(message);
  });

  it("names Compose's default network", () => {
    expect(siteNetwork("shop")).toBe("shop_default");
  });
});

describe("docker-compose.yml", () => {
  it("has what docker-compose 1.29 and v2 both take: neither version nor name", () => {
    expect(Object.keys(compose).filter((key) => !key.startsWith("x-"))).toEqual([
      "services",
      "volumes",
    ]);
  });

  it("limits, watches and restarts every service", () => {
    expect(Object.keys(compose.services)).toEqual(["redis", "backend", "worker", "nginx"]);
    for (const service of Object.values(compose.services)) {
      expect(service).toMatchObject({
        restart: "unless-stopped",
        logging: { options: { "max-size": "5m" } },
      });
      expect(service.healthcheck).toHaveProperty("test");
      expect(service.mem_limit).toMatch(/^\d+m$/);
    }
  });

  it("publishes nginx alone", () => {
    const published = Object.entries(compose.services).filter(([, { ports }]) => ports);
    expect(published.map(([name]) => name)).toEqual(["nginx"]);
  });

  it("reads exactly the variables that websiteEnvironment sets, and the switches", () => {
    const images = { backend: "b", nginx: "n", redis: "r" };
    const set = websiteEnvironment(images, { port: 81, bind: "127.0.0.2", logDir: "/l" });
    expect(set).toEqual({
      SITE_BACKEND_IMAGE: "b",
      SITE_NGINX_IMAGE: "n",
      SITE_REDIS_IMAGE: "r",
      SITE_BIND: "127.0.0.2",
      SITE_PORT: "81",
      SITE_LOG_DIR: "/l",
    });
    const uses = [...composeText.matchAll(/\$\{(SITE_\w+):-/g)].map((match) => match[1]);
    expect([...new Set(uses)].sort()).toEqual([...Object.keys(set), "SITE_SWITCHES"].sort());
  });

  it("defaults to the official Redis that the set-up pulls", () => {
    expect(compose.services.redis?.image).toBe(`\${SITE_REDIS_IMAGE:-${OFFICIAL_REDIS}}`);
  });
});
