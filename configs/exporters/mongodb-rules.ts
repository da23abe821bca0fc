import { type AlertOptions, type RuleGroup, ruleGroup } from "../rules/rule";
import { BY_SERVICE } from "../rules/window";
import type { Settings } from "../settings/settings";
import { prometheusDuration, seconds } from "../units";
import { connectionsNearLimit } from "./connections";
import { serverDown } from "./server-down";

/** Matcher of its series. */
export const MONGODB_JOB = 'job="mongodb-exporter"';

/** What is taken, and with what is left that is all. */
export const MONGODB_CONNECTIONS = {
  name: "MongodbConnectionsNearLimit",
  server: "MongoDB",
  job: MONGODB_JOB,
  taken: (matchers: string) =>
    `sum by (${BY_SERVICE}) (mongodb_ss_connections{${matchers},conn_type="current"}) / ` +
    `sum by (${BY_SERVICE}) (mongodb_ss_connections{${matchers},conn_type=~"current|available"})`,
} as const;

/** How far each secondary is behind the primary, as the server that is asked sees it. */
export function replicationLagSeconds(matchers: string): string {
  const written = (state: string) =>
    `mongodb_rs_members_optimeDate{${matchers},member_state="${state}"}`;
  return (
    `(max by (${BY_SERVICE}) (${written("PRIMARY")}) - on (${BY_SERVICE}) group_right () ` +
    `max by (${BY_SERVICE}, member_idx) (${written("SECONDARY")})) / 1000`
  );
}

export function mongodbRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "mongodb-exporter",
    evaluator: "prometheus",
    alerts: [
      serverDown(settings, {
        name: "MongodbDown",
        up: `mongodb_up{${MONGODB_JOB}}`,
        server: "MongoDB",
      }),
      connectionsNearLimit(settings, MONGODB_CONNECTIONS),
      replicationLag(settings),
      memberDown(settings),
    ],
  });
}

function replicationLag({ alerts }: Settings): AlertOptions {
  const { above, for: forMs } = alerts.MongodbReplicationLag;
  return {
    name: "MongodbReplicationLag",
    expr: `${replicationLagSeconds(MONGODB_JOB)} > ${seconds(above)}`,
    forMs,
    severity: "warning",
    summary: "MongoDB: {{ $labels.member_idx }} is {{ $value | humanizeDuration }} behind",
    description:
      `MongoDB on the {{ $labels.host }} host sees that {{ $labels.member_idx }} is {{ $value | humanizeDuration }} ` +
      `behind the primary (limit ${prometheusDuration(above)} for ${prometheusDuration(forMs)}). What is read ` +
      "there is old, and is lost if it becomes the primary.",
    dashboard: "resources",
  };
}

function memberDown({ alerts }: Settings): AlertOptions {
  const { for: forMs } = alerts.MongodbMemberDown;
  return {
    name: "MongodbMemberDown",
    expr: `max by (${BY_SERVICE}, member_idx) (mongodb_rs_members_health{${MONGODB_JOB}}) == 0`,
    forMs,
    severity: "warning",
    summary: "MongoDB: {{ $labels.member_idx }} is away from its replica set",
    description:
      "MongoDB on the {{ $labels.host }} host has not reached {{ $labels.member_idx }} of its replica set for " +
      `${prometheusDuration(forMs)}. With more than half of the members away nothing can be written.`,
    dashboard: "resources",
  };
}
