import {
  casesOf,
  fires,
  noData,
  quiet,
  resolves,
  type RuleCase,
  type Series,
} from "../../../support/rule-case";
import { scraped } from "../../../support/rule-series";
import { hold, minutes, zeroFor } from "./shapes";

/** The stack whose app host has all exporters. */
const on = "exporters";

const mongodb = scraped("mongodb-exporter", { host: "app", service: "app-mongodb-exporter" });

/** What every series of a member of a replica set has. */
const replicaSet = { cl_id: "5f59", rs_nm: "rs0", rs_state: "1" };

function connections(conn_type: string): string {
  return mongodb("mongodb_ss_connections", { ...replicaSet, conn_type });
}

/** A member's last write, in milliseconds. */
function writtenBy(member: number, member_state: string): string {
  const member_idx = `mongodb-${member}:27017`;
  return mongodb("mongodb_rs_members_optimeDate", { ...replicaSet, member_idx, member_state });
}

const connectionCases: readonly RuleCase[] = casesOf(
  "MongodbConnectionsNearLimit",
  [
    fires({ name: "85 of 100", series: taken(hold(85, 10)), at: minutes(5, 1) }),
    quiet({ name: "75 of 100", series: taken(hold(75, 10), 25), at: "9m" }),
    quiet({
      name: "85 of 100 for a moment less",
      series: taken(hold(85, 10)),
      at: minutes(5, -1),
    }),
    noData({ at: "9m" }),
    resolves({
      name: "most of them closed",
      series: taken(`${hold(85, 6)} ${hold(10, 3)}`),
      firesAt: minutes(5, 1),
      overAt: minutes(6, 2),
    }),
  ],
  { on },
);

function taken(current: string, available = 15): Series {
  return {
    [connections("current")]: current,
    [connections("available")]: hold(available, 10),
    [connections("active")]: hold(50, 10),
  };
}

/** Both write on, one of them from behind; another is in step. */
function behind(seconds: number, until = 80): Series {
  const from = 1_000_000;
  return {
    [writtenBy(0, "PRIMARY")]: `${from}+15000x80`,
    [writtenBy(1, "SECONDARY")]: `${from}+15000x80`,
    [writtenBy(2, "SECONDARY")]:
      `${from - seconds * 1_000}+15000x${until} ${from + (until + 1) * 15_000}+15000x80`,
  };
}

const lagCases: readonly RuleCase[] = casesOf(
  "MongodbReplicationLag",
  [
    fires({ name: "70 s", series: behind(70), at: minutes(5, 1) }),
    quiet({ name: "50 s", series: behind(50), at: "9m" }),
    quiet({ name: "70 s for a moment less", series: behind(70), at: minutes(5, -1) }),
    quiet({
      name: "no primary to compare with",
      series: {
        [writtenBy(1, "SECONDARY")]: hold(0, 10),
        [writtenBy(2, "SECONDARY")]: hold(70_000, 10),
      },
      at: "9m",
    }),
    quiet({
      name: "one that is away: what it wrote last is told as of 1970",
      series: {
        [writtenBy(0, "PRIMARY")]: hold(1_000_000, 10),
        [writtenBy(2, "(not reachable/healthy)")]: hold(0, 10),
      },
      at: "9m",
    }),
    noData({ at: "9m" }),
    resolves({
      name: "70 s, then caught up",
      series: behind(70, 24),
      firesAt: minutes(5, 1),
      overAt: minutes(6, 2),
    }),
  ],
  { on },
);

const memberDownCases = zeroFor("MongodbMemberDown", {
  series: mongodb("mongodb_rs_members_health", {
    ...replicaSet,
    member_idx: "mongodb-2:27017",
    member_state: "(not reachable/healthy)",
  }),
  holdMinutes: 5,
  on,
});

export const mongodbCases: readonly RuleCase[] = [
  ...zeroFor("MongodbDown", {
    series: mongodb("mongodb_up", { cluster_role: "mongod" }),
    holdMinutes: 1,
    on,
  }),
  ...connectionCases,
  ...lagCases,
  ...memberDownCases,
];
