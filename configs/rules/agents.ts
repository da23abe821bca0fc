import { hasAgent } from "../logs/agent-hosts";
import { agentWork } from "../logs/agent-work";
import { nfsDirectories } from "../logs/routes";
import { logMountPoint } from "../logs/sources";
import { pushingHosts } from "../metrics-route";
import { homeOf, type HostName, hostNames } from "../placement";
import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration } from "../units";
import { probes } from "./probes";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";
import { BY_SERVICE, probeWindow, scrapeWindow } from "./window";

/** What the two agents call the same things. */
export const AGENT_METRICS = {
  promtail: {
    sent: "promtail_sent_entries_total",
    dropped: "promtail_dropped_entries_total",
    requests: "promtail_request_duration_seconds_count",
    fileBytes: "promtail_file_bytes_total",
    readBytes: "promtail_read_bytes_total",
    files: "promtail_files_active_total",
  },
  alloy: {
    sent: "loki_write_sent_entries_total",
    dropped: "loki_write_dropped_entries_total",
    requests: "loki_write_request_duration_seconds_count",
    fileBytes: "loki_source_file_file_bytes_total",
    readBytes: "loki_source_file_read_bytes_total",
    files: "loki_source_file_files_active_total",
  },
} as const;

/** Each agent brings them, and they look at all agents: that would be hosts times hosts. */
const known = new WeakMap<Settings, RuleGroup>();

/** The way of the log lines to Loki. */
export function agentRules(settings: Settings): RuleGroup {
  const rules = known.get(settings) ?? makeRules(settings);
  known.set(settings, rules);
  return rules;
}

function makeRules(settings: Settings): RuleGroup {
  const fileHosts = hostsThatReadFiles(settings);
  return ruleGroup(settings, {
    name: "agents",
    evaluator: "prometheus",
    alerts: [
      droppedEntries(settings),
      requestErrors(settings),
      lag(settings),
      ...(fileHosts.length > 0 ? [noFiles(settings, fileHosts)] : []),
      ...(pushingHosts(settings).length > 0 ? [pushedSamplesLost(settings)] : []),
      ...(nfsDirectories(settings.logs).includes("nginx") ? [nfsMountStale(settings)] : []),
    ],
  });
}

/** An agent that reads containers alone has no files, and nothing is wrong with that. */
function hostsThatReadFiles(settings: Settings): readonly HostName[] {
  return hostNames(settings).filter(
    (host) =>
      hasAgent(settings, host) &&
      agentWork(settings, host).jobs.some(({ kind }) => kind === "files"),
  );
}

/** Series of the agents, with further matchers. */
function series(
  { logs }: Settings,
  metric: keyof typeof AGENT_METRICS.promtail,
  more = "",
): string {
  return `${AGENT_METRICS[logs.agent][metric]}{job="${logs.agent}"${more}}`;
}

function droppedEntries(settings: Settings): AlertOptions {
  const { over, for: forMs } = settings.alerts.LogAgentDroppedEntries;
  const dropped = `${series(settings, "dropped")}${scrapeWindow(settings, over)}`;
  return {
    name: "LogAgentDroppedEntries",
    expr: `sum by (${BY_SERVICE}, reason) (increase(${dropped})) > 0`,
    forMs,
    severity: "critical",
    summary: "{{ $labels.service }} throws log lines away: {{ $labels.reason }}",
    description:
      `{{ printf "%.0f" $value }} lines were given up in ${prometheusDuration(over)} (limit 0), ` +
      "for the reason {{ $labels.reason }}. They are lost.",
    dashboard: "monitoring",
  };
}

/** Anything but 2xx; a server that cannot be reached at all counts as status -1. */
function requestErrors(settings: Settings): AlertOptions {
  const { above, over, for: forMs } = settings.alerts.LogAgentRequestErrors;
  const rate = (more: string) =>
    `sum by (${BY_SERVICE}) (rate(${series(settings, "requests", more)}${scrapeWindow(settings, over)}))`;
  return {
    name: "LogAgentRequestErrors",
    expr: `${rate(',status_code!~"2.."')} / ${rate("")} > ${above}`,
    forMs,
    severity: "critical",
    summary: "{{ $labels.service }} cannot hand over log lines",
    description:
      `{{ $value | humanizePercentage }} of what {{ $labels.service }} sent to Loki in ${prometheusDuration(over)} ` +
      `was not taken (limit ${percentage(above)}). Lines wait at the agent; alerts on logs come late.`,
    dashboard: "monitoring",
  };
}

function lag(settings: Settings): AlertOptions {
  const { above, for: forMs } = settings.alerts.LogAgentLag;
  return {
    name: "LogAgentLag",
    expr: `${series(settings, "fileBytes")} - ${series(settings, "readBytes")} > ${above}`,
    forMs,
    severity: "warning",
    summary: "{{ $labels.service }} lags behind {{ $labels.path }}",
    description:
      `{{ $value | humanize1024 }}B of {{ $labels.path }} are not read yet (limit ${above / 2 ** 20} MiB for ` +
      `${prometheusDuration(forMs)}). Alerts on logs come late.`,
    dashboard: "monitoring",
  };
}

function noFiles(settings: Settings, hosts: readonly HostName[]): AlertOptions {
  const files = series(settings, "files", `,host=~"${hosts.join("|")}"`);
  return {
    name: "LogAgentNoFiles",
    expr: `sum by (${BY_SERVICE}) (${files}) == 0`,
    forMs: settings.alerts.LogAgentNoFiles.for,
    severity: "critical",
    summary: "{{ $labels.service }} finds no log files",
    description:
      "{{ $labels.service }} on the {{ $labels.host }} host follows no file at all: its folders are empty or " +
      "were moved, or they are not mounted. Nothing of the site's logs arrives.",
    dashboard: "monitoring",
  };
}

/**
 * What an agent gave up is known when the rest has come. Dropped for a relabelling is what was meant to
 * be; nothing tells of what its log had to forget before it was sent.
 */
function pushedSamplesLost(settings: Settings): AlertOptions {
  const { over } = settings.alerts.PushedSamplesLost;
  const window = scrapeWindow(settings, over);
  const given = (metric: string, more = "") =>
    `increase(prometheus_remote_storage_samples_${metric}_total{job="alloy"${more}}${window})`;
  const dropped = given("dropped", ',reason!="dropped_series"');
  return {
    name: "PushedSamplesLost",
    expr: `sum by (${BY_SERVICE}) (${given("failed")} or ${dropped}) > 0`,
    severity: "warning",
    summary: "Metrics of the {{ $labels.host }} host are lost on their way",
    description:
      `{{ printf "%.0f" $value }} samples of the {{ $labels.host }} host were refused or given up in ` +
      `${prometheusDuration(over)} (limit 0). Its graphs have gaps, and its alerts were blind there.`,
    dashboard: "monitoring",
  };
}

/**
 * Every good check of the site is a line in the log of nginx. If nothing of that file is read, the mount
 * is stale: a soft one answers from before, or with errors, and then the agent has no series of the
 * file. Rotation makes the series fall, which is reading as well.
 */
function nfsMountStale(settings: Settings): AlertOptions {
  const { logs } = settings;
  const { over, for: forMs } = settings.alerts.NfsMountStale;
  const mount = logMountPoint("nginx");
  const host = homeOf(settings, "monitoring");
  const read = `changes(${series(settings, "readBytes", `,path=~"${mount}/.*"`)}${scrapeWindow(settings, over)})`;
  const reader = `up{job="${logs.agent}",host="${host}"}`;
  const answered = `max_over_time(${probes(settings, "probe_success", ['target="page"'])}${probeWindow(settings, over)})`;
  return {
    name: "NfsMountStale",
    expr:
      `(${reader} unless on (${BY_SERVICE}) max by (${BY_SERVICE}) (${read}) > 0) ` +
      `and on (env) ${answered} == 1`,
    forMs,
    severity: "critical",
    summary: `The site answers, but nothing new comes by NFS in ${mount}`,
    description:
      `${mount} on the {{ $labels.host }} host has shown nothing new for ${prometheusDuration(over)}, although the ` +
      "site answered its checks. Its logs do not arrive, and alerts on them are blind.",
    dashboard: "monitoring",
  };
}
