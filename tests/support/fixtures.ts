import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { parseSettings, type Settings } from "../../configs/settings/settings";

/** Raw settings as the program gets them: keys without their prefix. */
export type Raw = Readonly<Record<string, unknown>>;

export const repositoryRoot = join(__dirname, "..", "..");

/** A password that no rendered file and no plain input may contain. */
export const FIXTURE_PASSWORDS = {
  smtpPassword: "fixture-smtp-password-7Qx",
  grafanaAdminPassword: "fixture-grafana-password-9Zk",
} as const;

/** A real key's form; nobody's key. */
export const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;

/** Every exporter that a host may have, with all that can be set. */
export const EXPORTERS_RAW: Raw = {
  docker: { address: "docker:9323" },
  jenkins: { url: "http://jenkins:8080/prometheus/" },
  mongodb: { address: "mongodb:27017", username: "sightline" },
  mysql: { address: "mysql:3306", username: "sightline" },
  nginx: { url: "http://nginx:8080/stub_status" },
  postgres: { address: "postgres:5432", username: "sightline" },
  process: true,
  rabbitmq: { address: "rabbitmq:15692" },
  redis: { address: "redis:6379", password: true },
};

/** What somebody has to replace in Pulumi.prod.yaml before it is accepted, and nothing else. */
const PROD_REPLACEMENTS: Raw = {
  site: { pageUrl: "https://www.shop.test", apiUrl: "https://www.shop.test/api/health" },
  hosts: { monitoring: { hostKey: HOST_KEY }, app: { hostKey: HOST_KEY } },
  logs: { storage: { project: "shop-monitoring-42", bucket: "shop-website-logs" } },
  mail: {
    smarthost: "mail.shop.test:587",
    from: "sightline@shop.test",
    to: ["ops@shop.test"],
    username: "sightline",
  },
};

/** Pulumi.dev.yaml as it is, with changes. */
export function devRaw(overrides: Raw = {}): Raw {
  return merged(shippedSettings("dev"), overrides);
}

/** Pulumi.prod.yaml with its placeholders replaced, with changes. */
export function prodRaw(overrides: Raw = {}): Raw {
  return merged(merged(shippedSettings("prod"), PROD_REPLACEMENTS), overrides);
}

export function devSettings(overrides: Raw = {}): Settings {
  return parseSettings(devRaw(overrides), "dev");
}

export function prodSettings(overrides: Raw = {}): Settings {
  return parseSettings(prodRaw(overrides), "prod");
}

/** What the set-up adds to the file on a developer's machine: the images it found, and secrets. */
const WRITTEN_BY_SETUP = ["images", "grafana", "grafanaAdminPassword", "smtpPassword"];

/** The keys of a shipped stack file, as written, on whatever machine the tests run. */
export function shippedSettings(stack: "dev" | "prod"): Raw {
  const text = readFileSync(join(repositoryRoot, `Pulumi.${stack}.yaml`), "utf8");
  const { config } = parse(text) as { readonly config: Raw };
  const entries = Object.entries(config)
    .map(([key, value]) => [key.replace(/^sightline:/, ""), value] as const)
    .filter(([key]) => !WRITTEN_BY_SETUP.includes(key));
  return Object.fromEntries(entries);
}

/** Groups are merged, anything else is replaced; a group of another `kind` is another group. */
export function merged(base: Raw, overrides: Raw): Raw {
  const changes = Object.entries(overrides).map(([key, value]) => {
    const before = base[key];
    const isChange =
      isGroup(before) && isGroup(value) && (value.kind === undefined || value.kind === before.kind);
    return [key, isChange ? merged(before, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(changes) };
}

function isGroup(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sshHost(number: number, more: Raw = {}): Raw {
  return {
    endpoint: `ssh://deploy@10.0.0.${number}`,
    address: `10.0.0.${number}`,
    hostKey: HOST_KEY,
    ...more,
  };
}

/** Hosts over ssh by name, at 10.0.0.1 and on, in place of those of prod; logs by agent. */
export function onHosts(hosts: Readonly<Record<string, Raw>>, overrides: Raw = {}): Raw {
  const numbered = Object.entries(hosts).map(([name, more], index) => [
    name,
    sshHost(index + 1, more),
  ]);
  const raw = prodRaw(merged({ logs: { route: "agent" } }, overrides));
  return { ...raw, hosts: Object.fromEntries(numbered) as Raw };
}

/** Seed 003: a server for the site, and one each for Prometheus, Loki and Grafana. */
export function fourServers(overrides: Raw = {}): Raw {
  const hosts = { web: {}, prometheus: { roles: ["monitoring"] }, loki: {}, grafana: {} };
  return onHosts(hosts, overrides);
}

/** The two hosts of prod with logs and metrics of the app host pushed through the gateway. */
export function pushSettings(overrides: Raw = {}): Settings {
  const base = { logs: { agent: "alloy", route: "agent" } };
  const settings = prodSettings(merged(base, overrides));
  const app = settings.hosts.app;
  if (!app) throw new Error("prod has no host app");
  return {
    ...settings,
    // Its certificate is none of the rendered files' business.
    gateway: { ...settings.gateway, enabled: true },
    hosts: { ...settings.hosts, app: { ...app, metrics: "push" } },
  };
}

/** The two hosts of prod, and a gateway that gets its certificate by itself. */
export function acmeSettings(gateway: Raw = {}): Settings {
  const tls = { kind: "acme", email: "ops@shop.test" };
  const own = { enabled: true, serverName: "door.shop.test", port: 443, tls };
  return prodSettings({ logs: { route: "agent" }, gateway: merged(own, gateway) });
}

/** The two hosts of prod, and what browsers report through the gateway. */
export function browserSettings(browser: Raw = {}, overrides: Raw = {}): Settings {
  const settings = prodSettings(merged({ logs: { route: "agent" }, browser }, overrides));
  return withBrowsers({ ...settings, gateway: { ...settings.gateway, enabled: true } });
}

/** The same settings, with browsers that report. */
export function withBrowsers(settings: Settings): Settings {
  return { ...settings, browser: { ...settings.browser, enabled: true } };
}
