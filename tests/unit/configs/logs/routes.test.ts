import { inhibitions } from "../../../../configs/alerting/inhibitions";
import { gather } from "../../../../configs/gathered";
import { placedSpecs } from "../../../../configs/hosts";
import { hasAgent } from "../../../../configs/logs/agent-hosts";
import { agentWork } from "../../../../configs/logs/agent-work";
import { exportLines } from "../../../../configs/nfs/exports";
import { fstabLines } from "../../../../configs/nfs/mounts";
import { machineNeeds } from "../../../../configs/preflight/needs";
import type { Settings } from "../../../../configs/settings/settings";
import { devRaw, onHosts, prodRaw, prodSettings, type Raw } from "../../../support/fixtures";
import { problemsOf } from "../../../support/problems";

/** nginx over NFS, everything else by an agent: said in two ways. */
const MIXED: readonly (readonly [string, Raw])[] = [
  ["by NFS but for two", { routes: { app: "agent", redis: "agent" } }],
  ["by agent but for one", { route: "agent", routes: { nginx: "nfs" } }],
];

const names = (settings: Settings, host: string) =>
  agentWork(settings, host).jobs.map(({ name }) => name);
const mountsOf = (settings: Settings, host: string) =>
  agentWork(settings, host).mounts.map(({ source, target }) => `${source} at ${target}`);
const foldersIn = (lines: string) => lines.match(/[^ \n:]*\/(?:nginx|app|redis)(?= )/g);
const alertNames = (settings: Settings) =>
  gather(settings, placedSpecs(settings)).ruleGroups.flatMap(({ rules }) =>
    rules.map(({ alert }) => alert),
  );

describe.each(MIXED)("logs %s", (_, logs) => {
  const settings = prodSettings({ logs });

  it("are each read by one agent, from where it is", () => {
    expect(names(settings, "app")).toEqual(["app", "redis", "stack"]);
    expect(mountsOf(settings, "app")).toEqual([
      "/data/logs/app at /mnt/app-logs",
      "/data/logs/redis at /mnt/redis-logs",
    ]);
    expect(names(settings, "monitoring")).toEqual(["nginx-access", "nginx-error", "stack"]);
    expect(mountsOf(settings, "monitoring")).toEqual(["/mnt at /mnt"]);
  });

  it("have the same stages and labels as by any other route", () => {
    const jobsOf = (route: string, host: string) =>
      agentWork(prodSettings({ logs: { route } }), host).jobs.filter(
        ({ kind }) => kind === "files",
      );
    const mixed = ["monitoring", "app"].flatMap((host) =>
      agentWork(settings, host).jobs.filter(({ kind }) => kind === "files"),
    );
    expect(mixed).toEqual(jobsOf("agent", "app"));
    expect(mixed).toEqual(jobsOf("nfs", "monitoring"));
  });

  it("are exported and mounted only where they come so", () => {
    expect(foldersIn(exportLines(settings))).toEqual(["/data/logs/nginx"]);
    expect(foldersIn(fstabLines(settings))).toEqual(["/data/logs/nginx"]);
    const needs = machineNeeds(settings).find(({ host }) => host === "app");
    expect(needs?.folders.map(({ kind, folder }) => `${kind} ${folder}`)).toEqual([
      "writes /var/lib/docker",
      "reads /data/logs/app",
      "reads /data/logs/redis",
      "writes /etc",
      "reads /data/logs/nginx",
    ]);
  });

  it("are missed by the alerts of their route", () => {
    expect(alertNames(settings)).toContain("NfsMountStale");
    const rules = inhibitions(settings, gather(settings, placedSpecs(settings)));
    expect(rules.filter(({ name }) => name.endsWith("agent-gone"))).toEqual([
      {
        name: "agent-gone",
        source_matchers: [
          'alertname=~"ContainerDown|LogAgentNoFiles"',
          'service=~".+-(promtail|alloy)"',
        ],
        target_matchers: ['alertname=~"AppLogsMissing|CeleryStalled"'],
        equal: ["env", "host"],
      },
      {
        name: "nfs-agent-gone",
        source_matchers: [
          'alertname=~"ContainerDown|LogAgentNoFiles"',
          'service=~"promtail|alloy"',
        ],
        target_matchers: ['alertname=~"NginxLogsMissing|TrafficDrop"'],
        equal: ["env"],
      },
    ]);
  });
});

describe("an app host has a log agent", () => {
  it.each<[what: string, logs: Raw, expected: boolean]>([
    ["not where all comes over NFS", {}, false],
    ["not for a folder that nobody names", { directories: { redis: undefined } }, false],
    ["for one folder that comes by it", { routes: { redis: "agent" } }, true],
    [
      "for what its containers print",
      { docker: { composeProject: "website" }, routes: { docker: "agent" } },
      true,
    ],
    ["not for its system's log, unasked", { system: true }, false],
    ["for its system's log", { system: true, routes: { system: "agent" } }, true],
    [
      "not for a source in a folder that is exported",
      { sources: { shop: { path: "/data/logs/app/shop.log" } } },
      false,
    ],
  ])("%s", (_, logs, expected) => {
    expect(hasAgent(prodSettings({ logs }), "app")).toBe(expected);
  });
});

it("a source of the settings comes over NFS by the mount of the folder it is in", () => {
  const sources = {
    deep: { path: "/data/logs/app/jobs/*.log" },
    shop: { path: "/data/logs/app/shop.log" },
    titan: { path: "/var/log/titan/*.log" },
  };
  const settings = prodSettings({ logs: { sources, routes: { titan: "agent" } } });
  const paths = agentWork(settings, "monitoring").jobs.flatMap((job) =>
    job.kind === "files" ? [`${job.name}: ${job.path}`] : [],
  );
  expect(paths.slice(-2)).toEqual([
    "deep: /mnt/app-logs/jobs/*.log",
    "shop: /mnt/app-logs/shop.log",
  ]);
  expect(mountsOf(settings, "monitoring")).toEqual(["/mnt at /mnt"]);
  expect(names(settings, "app")).toEqual(["titan", "stack"]);
});

it("with the application's log alone over NFS, nothing says that nginx' mount is stale", () => {
  const settings = prodSettings({ logs: { route: "agent", routes: { app: "nfs" } } });
  expect(foldersIn(exportLines(settings))).toEqual(["/data/logs/app"]);
  expect(alertNames(settings)).not.toContain("NfsMountStale");
});

describe("routes that are refused", () => {
  const agent = (name: string) =>
    `Fix: pulumi config set --path 'sightline:logs.routes.${name}' agent`;
  const titan = { titan: { path: "/var/log/titan/*.log" } };

  it.each<[what: string, raw: Raw, problem: string]>([
    [
      "of no log, with what was meant",
      prodRaw({ logs: { routes: { ngnix: "nfs" } } }),
      'logs.routes.ngnix: is not a log source of this stack. Fix: did you mean "nginx"?',
    ],
    [
      "of no log at all",
      prodRaw({ logs: { routes: { postgres: "nfs" } } }),
      "logs.routes.postgres: is not a log source of this stack. Fix: use one of app, nginx, redis",
    ],
    [
      "of a folder that is not named",
      prodRaw({ logs: { directories: { redis: undefined }, routes: { redis: "nfs" } } }),
      "logs.routes.redis: is not a log source of this stack. Fix: set logs.directories.redis, or remove it",
    ],
    [
      "over NFS of what containers print",
      prodRaw({ logs: { docker: { composeProject: "shop" }, routes: { docker: "nfs" } } }),
      `logs.routes.docker: is what containers print: NFS does not carry it; got "nfs". ${agent("docker")}`,
    ],
    [
      "over NFS of a container that is a source",
      prodRaw({ logs: { sources: { jobs: { container: "worker" } } } }),
      `logs.sources.jobs: is what a container prints: NFS does not carry it; got "worker". ${agent("jobs")}`,
    ],
    [
      "over NFS of the system's log",
      prodRaw({ logs: { system: true, routes: { system: "nfs" } } }),
      `logs.routes.system: is the system's own log: NFS does not carry it; got "nfs". ${agent("system")}`,
    ],
    [
      "over NFS of a source that is in no exported folder",
      prodRaw({ logs: { sources: titan, routes: { redis: "agent" } } }),
      `logs.sources.titan: is in no folder that comes over NFS (/data/logs/app, /data/logs/nginx); got "/var/log/titan/*.log". ${agent("titan")}`,
    ],
    [
      "over NFS on one machine",
      devRaw({ logs: { routes: { nginx: "nfs" } } }),
      `logs.routes.nginx: can be nfs only between hosts reached over ssh; got "nfs" with app and monitoring local. ${agent("nginx")}`,
    ],
    [
      "over NFS from two app hosts",
      onHosts(
        { monitoring: {}, one: { roles: ["app"] }, two: {} },
        { logs: { routes: { app: "nfs" } } },
      ),
      `logs.routes.app: can be nfs only with one app host; got "nfs" with one and two. ${agent("app")}`,
    ],
    [
      "over NFS of a folder that is not exported",
      prodRaw({
        logs: { directories: { app: "/srv/app", redis: "/srv/redis" }, routes: { redis: "agent" } },
      }),
      "logs.directories.app: must be the folder of that name in logs.nfs.exportRoot with route nfs, which exports no other; got \"/srv/app\". Fix: pulumi config set --path 'sightline:logs.directories.app' /data/logs/app, or correct logs.nfs.exportRoot",
    ],
    [
      "over NFS of nothing",
      prodRaw({ logs: { routes: { app: "agent", nginx: "agent", redis: "agent" } } }),
      "logs.route: must bring something: no folder of logs.directories comes by it; got \"nfs\". Fix: pulumi config set --path 'sightline:logs.route' agent",
    ],
    [
      "of a folder and of a source in it",
      prodRaw({
        logs: {
          sources: { own: { path: "/data/logs/app/*.log" } },
          routes: { own: "agent" },
        },
      }),
      'logs.sources.own.path: must not read what the source app reads, or lines count twice; got "/data/logs/app/*.log". Fix: narrow one of the two, or remove it',
    ],
  ])("%s", (_, raw, problem) => {
    expect(problemsOf(raw)).toEqual([problem]);
  });
});
