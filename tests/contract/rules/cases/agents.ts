import {
  casesOf,
  fires,
  noData,
  quiet,
  resolves,
  type RuleCase,
  type Series,
} from "../../../support/rule-case";
import { type Labels, probed, scraped } from "../../../support/rule-series";
import type { VariantName } from "../../../support/rule-variants";
import { countedWithin, hold, minutes, shareOf, zeroFor } from "./shapes";

/** An agent's own names and labels for what both measure. */
interface Agent {
  readonly on: VariantName;
  readonly job: string;
  readonly dropped: string;
  readonly requests: string;
  readonly fileBytes: string;
  readonly readBytes: string;
  readonly files: string;
  readonly fileLabels: Labels;
  readonly pushLabels: Labels;
  /** The host whose agent reads files. */
  readonly host: "app" | "monitoring";
}

/** Its own `host` label is the server that it pushes to; ours comes first. */
const LOKI_HOST = { exported_host: "loki:3100" };

const promtail: Agent = {
  on: "dev",
  job: "promtail",
  dropped: "promtail_dropped_entries_total",
  requests: "promtail_request_duration_seconds_count",
  fileBytes: "promtail_file_bytes_total",
  readBytes: "promtail_read_bytes_total",
  files: "promtail_files_active_total",
  fileLabels: {},
  pushLabels: LOKI_HOST,
  host: "app",
};

const alloy: Agent = {
  on: "alloy",
  job: "alloy",
  dropped: "loki_write_dropped_entries_total",
  requests: "loki_write_request_duration_seconds_count",
  fileBytes: "loki_source_file_file_bytes_total",
  readBytes: "loki_source_file_read_bytes_total",
  files: "loki_source_file_files_active_total",
  fileLabels: { component_id: "loki.source.file.nginx_access", component_path: "/" },
  pushLabels: { ...LOKI_HOST, component_id: "loki.write.loki", component_path: "/" },
  host: "monitoring",
};

function seriesOn(agent: Agent, host: Agent["host"]): ReturnType<typeof scraped> {
  return scraped(agent.job, { host, service: host === "app" ? `app-${agent.job}` : agent.job });
}

function lagCases(agent: Agent): readonly RuleCase[] {
  const of = seriesOn(agent, agent.host);
  const labels = { ...agent.fileLabels, path: "/mnt/nginx-logs/access.log" };
  const MIB = 2 ** 20;
  const unread = (mebibytes: string): Series => ({
    [of(agent.fileBytes, labels)]: mebibytes,
    [of(agent.readBytes, labels)]: hold(MIB, 20),
  });
  const behind = (mebibytes: number, count: number) => hold((mebibytes + 1) * MIB, count);
  return casesOf(
    "LogAgentLag",
    [
      fires({ name: "12 MiB", series: unread(behind(12, 15)), at: minutes(10, 1) }),
      quiet({ name: "8 MiB", series: unread(behind(8, 15)), at: "14m" }),
      quiet({
        name: "12 MiB for a moment less",
        series: unread(behind(12, 15)),
        at: minutes(10, -1),
      }),
      noData({ at: "14m" }),
      resolves({
        name: "it has caught up",
        series: unread(`${behind(12, 11)} ${behind(0, 5)}`),
        firesAt: minutes(10, 1),
        overAt: minutes(11, 2),
      }),
    ],
    { on: agent.on },
  );
}

function agentCases(agent: Agent): readonly RuleCase[] {
  const { on, host } = agent;
  const of = seriesOn(agent, host);
  const request = (status_code: string) => of(agent.requests, { ...agent.pushLabels, status_code });
  const files = (at: Agent["host"]) => seriesOn(agent, at)(agent.files, agent.fileLabels);
  const elsewhere = host === "app" ? "monitoring" : "app";
  return [
    ...countedWithin("LogAgentDroppedEntries", {
      series: of(agent.dropped, { ...agent.pushLabels, reason: "ingester_error" }),
      overMinutes: 15,
      holdMinutes: 5,
      on,
    }),
    ...["500", "-1"].flatMap((failed) =>
      shareOf("LogAgentRequestErrors", {
        part: request(failed),
        all: request("204"),
        isRest: true,
        high: 12,
        low: 5,
        overMinutes: 15,
        holdMinutes: 5,
        on,
      }),
    ),
    ...lagCases(agent),
    ...zeroFor("LogAgentNoFiles", { series: files(host), holdMinutes: 5, on }),
    ...casesOf(
      "LogAgentNoFiles",
      [
        quiet({
          name: "P36: an agent that has no files to read",
          series: { [files(elsewhere)]: hold(0, 10) },
          at: "9m",
        }),
      ],
      { on },
    ),
  ];
}

/** Bytes read of each file below the mount, and whether the checks of page and API are good. */
function mounted(read: Readonly<Record<string, string>>, page: string, agent: Agent): Series {
  const of = scraped(agent.job);
  const files = Object.entries(read).map(([path, bytes]) => [
    of(agent.readBytes, { ...agent.fileLabels, path: `/mnt/${path}` }),
    bytes,
  ]);
  return {
    ...(Object.fromEntries(files) as Series),
    [of("up")]: hold(1, 80),
    [probed("page")("probe_success")]: page,
    [probed("api")("probe_success")]: hold(1, 30),
  };
}

function nfsCases(agent: Agent, on: VariantName): readonly RuleCase[] {
  const up = hold(1, 30);
  const still = { "nginx-logs/access.log": hold(500, 30), "nginx-logs/error.log": hold(7, 30) };
  const elsewhere = scraped(agent.job, { host: "loki", service: `loki-${agent.job}` });
  /** The agent has series of a file as long as it can read it. */
  const gone = { "nginx-logs/access.log": "0+100x20 stale" };
  const grows = { ...still, "nginx-logs/access.log": "0+100x120" };
  return casesOf(
    "NfsMountStale",
    [
      fires({ name: "nothing new", series: mounted(still, up, agent), at: minutes(5, 2) }),
      fires({
        name: "nothing new of nginx, though of the application",
        series: mounted({ ...still, "app-logs/app.log": "0+100x120" }, up, agent),
        at: minutes(5, 2),
      }),
      fires({
        name: "errors, and no series of any file",
        series: mounted(gone, up, agent),
        at: minutes(20, 2),
      }),
      fires({
        name: "the agent down as well",
        series: { ...mounted(gone, up, agent), [scraped(agent.job)("up")]: hold(0, 80) },
        at: minutes(20, 2),
      }),
      quiet({
        name: "another host's agent, which has no mounts",
        series: { ...mounted(grows, up, agent), [elsewhere("up")]: hold(1, 30) },
        at: "20m",
      }),
      quiet({
        name: "a new file after rotation",
        series: mounted({ "nginx-logs/access.log": "90000+100x20 0+100x60" }, up, agent),
        at: minutes(15),
      }),
      quiet({ name: "the access log grows", series: mounted(grows, up, agent), at: "20m" }),
      quiet({ name: "a moment less", series: mounted(still, up, agent), at: minutes(5, -1) }),
      quiet({
        name: "the page is down as well",
        series: mounted(still, hold(0, 30), agent),
        at: "20m",
      }),
      noData({ at: "20m" }),
      resolves({
        name: "it grows again",
        series: mounted({ "nginx-logs/access.log": "500x40 600+100x40" }, up, agent),
        firesAt: "6m",
        overAt: "11m",
      }),
    ],
    { on },
  );
}

export const agentRuleCases: readonly RuleCase[] = [
  ...[promtail, alloy].flatMap(agentCases),
  ...nfsCases(promtail, "prod"),
  ...nfsCases(alloy, "alloy"),
];
