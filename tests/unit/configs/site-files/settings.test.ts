import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { parseSettings } from "../../../../configs/settings/settings";
import { siteComposeOf } from "../../../../configs/site-files/from-settings";
import { renderOverride } from "../../../../configs/site-files/override";
import { scriptTagLine } from "../../../../configs/site-files/script-tag";
import { merged, onHosts, prodRaw, type Raw, repositoryRoot } from "../../../support/fixtures";
import { problemsOf } from "../../../support/problems";

const SERVICES = { nginx: "web", app: ["backend", "worker"], redis: "cache" };

/** Two hosts, logs by agent, and what is asked for beside the Compose file. */
function withCompose(compose: Raw, overrides: Raw = {}): Raw {
  const directories = {
    nginx: "/srv/shop/data/logs/nginx",
    app: "/srv/shop/data/logs/app",
    redis: "/var/log/redis",
  };
  return onHosts(
    { app: { compose: { directory: "/srv/shop", ...compose } }, monitoring: {} },
    merged({ logs: { directories } }, overrides),
  );
}

const siteOf = (raw: Raw) => siteComposeOf(parseSettings(raw, "prod"), "app");

it("without compose, nothing of the site is touched", () => {
  expect(siteOf(prodRaw())).toBeUndefined();
});

it("the services' log folders are those that the agents read", () => {
  expect(siteOf(withCompose({ services: SERVICES }))).toEqual({
    stack: "prod",
    directory: "/srv/shop",
    project: undefined,
    files: [],
    mounts: [
      { service: "backend", folder: "./data/logs/app", inside: "/app/backend/logs" },
      { service: "worker", folder: "./data/logs/app", inside: "/app/backend/logs" },
      { service: "web", folder: "./data/logs/nginx", inside: "/var/log/nginx" },
      { service: "cache", folder: "/var/log/redis", inside: "/data/logs" },
    ],
    rotation: { enabled: true, maxSize: "10m", maxFiles: 3 },
    lokiDriverUrl: undefined,
    nginxFormat: undefined,
    scriptTag: undefined,
    apply: undefined,
  });
});

it("over NFS they are those that are exported", () => {
  const compose = { directory: "/data", services: { redis: "redis" } };
  expect(siteOf(prodRaw({ hosts: { app: { compose } } }))?.mounts).toEqual([
    { service: "redis", folder: "./logs/redis", inside: "/data/logs" },
  ]);
});

it("the downtime is measured by the site's API, or by what the settings name", () => {
  const apply = { services: SERVICES, apply: true };
  expect(siteOf(withCompose(apply))?.apply).toEqual({
    probeUrl: "https://www.shop.test/api/health",
  });
  const probeUrl = "http://127.0.0.1:8080/api/health";
  expect(siteOf(withCompose({ ...apply, probeUrl }))?.apply).toEqual({ probeUrl });
});

describe("refused is", () => {
  it.each<[what: string, raw: Raw, problem: string]>([
    [
      "compose on a host without the site",
      onHosts({ app: {}, monitoring: { compose: { directory: "/srv/shop", services: SERVICES } } }),
      "hosts.monitoring.compose: belongs to a host with the role app: the site's Compose file is there. Fix: move it to that host",
    ],
    [
      "compose that asks for nothing",
      withCompose({}),
      "hosts.app.compose.services: must name at least one service, or there must be a scriptTag; got nothing. Fix: pulumi config set --path 'sightline:hosts.app.compose.services.nginx' nginx",
    ],
    [
      "a log folder over Redis' data",
      withCompose({ services: SERVICES, logPaths: { redis: "/data/" } }),
      'hosts.app.compose.logPaths.redis: must not be where Redis keeps its data: the log folder would hide it; got "/data/". Fix: for example "/data/logs", with logfile /data/logs/redis.log in the settings of Redis',
    ],
    [
      "a log format for no service",
      withCompose({ services: { redis: "cache" }, nginxLogFormat: true }),
      "hosts.app.compose.services.nginx: must be set with nginxLogFormat: it says which service is nginx; got nothing. Fix: pulumi config set --path 'sightline:hosts.app.compose.services.nginx' nginx",
    ],
    [
      "a service whose log nobody reads",
      withCompose({ services: SERVICES }, { logs: { directories: { nginx: undefined } } }),
      'logs.directories.nginx: must be a folder of letters, digits and . _ - / with hosts.app.compose.services.nginx: the site\'s log goes there; got nothing. Fix: for example "/srv/shop/data/logs/nginx"',
    ],
    [
      "a folder that Compose would read as something else",
      withCompose({ services: SERVICES }, { logs: { directories: { app: "/srv/$HOME:x" } } }),
      'logs.directories.app: must be a folder of letters, digits and . _ - / with hosts.app.compose.services.app: the site\'s log goes there; got "/srv/$HOME:x". Fix: for example "/srv/shop/data/logs/app"',
    ],
    [
      "the same lines by driver and by agent",
      withCompose(
        { services: SERVICES, lokiDriverUrl: "http://10.0.0.2:3100/loki/api/v1/push" },
        { logs: { docker: { composeProject: "shop" } } },
      ),
      'hosts.app.compose.lokiDriverUrl: must not be set with logs.docker.composeProject: every line would come twice; got "http://10.0.0.2:3100/loki/api/v1/push". Fix: remove one of the two',
    ],
    [
      "a page outside of the folder",
      withCompose({ scriptTag: { file: "../index.html", url: "https://m.test/logger.js" } }),
      'hosts.app.compose.scriptTag.file: must be a path below compose.directory, of letters, digits and . _ - /; got "../index.html". Fix: for example "frontend/index.html"',
    ],
  ])("%s", (_, raw, problem) => {
    expect(problemsOf(raw)).toEqual([problem]);
  });
});

describe("the example in examples/website/with-sightline", () => {
  const folder = join(repositoryRoot, "examples/website");
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  const { config } = parse(read("with-sightline/settings.yaml")) as { readonly config: Raw };
  const raw = onHosts({ app: {}, monitoring: {} });
  const changes = Object.entries(config).map(([key, value]) => [
    key.replace("sightline:", ""),
    value,
  ]);
  const site = siteOf(merged(raw, Object.fromEntries(changes) as Raw));

  it("is the override of its settings", () => {
    expect(site && renderOverride(site)).toBe(read("with-sightline/docker-compose.monitoring.yml"));
  });

  it("shows the script tag of its settings", () => {
    expect(read("README.md")).toContain(site?.scriptTag ? scriptTagLine(site.scriptTag) : "no tag");
  });

  it("mounts folders where the site's own Compose file has them", () => {
    const compose = parse(read("docker-compose.yml"), { merge: true }) as {
      readonly services: Readonly<Record<string, { readonly volumes: readonly string[] }>>;
    };
    for (const { service, folder: source, inside } of site?.mounts ?? []) {
      const own = source.replace("./data/logs", "${SITE_LOG_DIR:-./data/logs}");
      expect(compose.services[service]?.volumes).toContain(`${own}:${inside}`);
    }
  });
});
