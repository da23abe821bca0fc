import { placedSpecs } from "../../../../configs/hosts";
import { stacks } from "../../../support/render-stack";
import {
  casesOf,
  fires,
  noData,
  quiet,
  resolves,
  type RuleCase,
  type Series,
} from "../../../support/rule-case";
import { contained, scraped } from "../../../support/rule-series";
import { hold, minutes } from "./shapes";

const shop = contained("website-backend-1");
/** The root of all groups: cAdvisor measures it as well, without a name. */
const root = (metric: string) => scraped("cadvisor")(metric, { id: "/" });

const starts = (times: string): Series => ({ [shop("container_start_time_seconds")]: times });

function memory(used: string, limit: string, of: typeof shop = shop): Series {
  return {
    [of("container_memory_working_set_bytes")]: used,
    [of("container_spec_memory_limit_bytes")]: limit,
  };
}

function slices(throttled: string): Series {
  return {
    [shop("container_cpu_cfs_throttled_periods_total")]: throttled,
    [shop("container_cpu_cfs_periods_total")]: "0+100x160",
  };
}

const measuredCases: readonly RuleCase[] = [
  ...casesOf("ContainerCrashLoop", [
    fires({ name: "started again three times", series: starts("1x4 2x4 3x4 4x8"), at: "5m" }),
    quiet({ name: "started again twice", series: starts("1x4 2x4 3x20"), at: "5m" }),
    quiet({
      name: "the root of all groups",
      series: { [root("container_start_time_seconds")]: "1 2 3 4 5 6x9" },
      at: "3m",
    }),
    noData({ at: "5m" }),
    resolves({
      name: "runs for fifteen minutes",
      series: starts(`1x4 2x4 3x4 ${hold(4, 20)}`),
      firesAt: "5m",
      overAt: "20m",
    }),
  ]),
  ...casesOf("ContainerMemoryNearLimit", [
    fires({ name: "95 %", series: memory(hold(95, 10), hold(100, 10)), at: minutes(5, 1) }),
    quiet({ name: "85 %", series: memory(hold(85, 10), hold(100, 10)), at: "9m" }),
    quiet({
      name: "95 % for a moment less",
      series: memory(hold(95, 10), hold(100, 10)),
      at: minutes(5, -1),
    }),
    quiet({ name: "P15: without a limit", series: memory(hold(95, 10), hold(0, 10)), at: "9m" }),
    quiet({ name: "the root", series: memory(hold(95, 10), hold(100, 10), root), at: "9m" }),
    noData({ at: "9m" }),
    resolves({
      name: "half of it freed",
      series: memory(`${hold(95, 6)} ${hold(50, 3)}`, hold(100, 10)),
      firesAt: minutes(5, 1),
      overAt: minutes(6, 2),
    }),
  ]),
  ...casesOf("ContainerThrottled", [
    fires({ name: "30 %", series: slices("0+30x160"), at: minutes(15, 2) }),
    quiet({ name: "20 %", series: slices("0+20x160"), at: "19m" }),
    quiet({ name: "30 % for a moment less", series: slices("0+30x160"), at: minutes(15) }),
    noData({ at: "19m" }),
    resolves({
      name: "not held back any more",
      series: slices("0+30x68 2040x90"),
      firesAt: "16m",
      overAt: "23m",
    }),
  ]),
];

const deployed = placedSpecs(stacks.dev)
  .map(({ spec }) => `dev-${spec.name}`)
  .filter((name) => name !== "dev-cadvisor");
const [first = ""] = deployed;

/** cAdvisor answers, and sees all containers but one for some minutes. */
function allBut(missing: string, sightings: string): Series {
  const seen = deployed.map((name) => [
    contained(name)("container_last_seen"),
    name === missing ? sightings : hold(1, 10),
  ]);
  return { [scraped("cadvisor")("up")]: hold(1, 10), ...(Object.fromEntries(seen) as Series) };
}

const downCases: readonly RuleCase[] = casesOf("ContainerDown", [
  ...deployed.map((name) =>
    fires({ name: `${name} is gone`, series: allBut(name, "1x4 stale"), at: "2m30s" }),
  ),
  fires({
    name: "another host has one of that name",
    series: {
      ...allBut(first, "1x4 stale"),
      [contained(first, "app")("container_last_seen")]: hold(1, 10),
    },
    at: "2m30s",
  }),
  quiet({ name: "all are there", series: allBut("", ""), at: "9m" }),
  quiet({ name: "gone for a moment", series: allBut(first, "1x4 stale"), at: "2m" }),
  noData({ at: "9m" }),
  noData({
    name: "P12: cAdvisor itself is down",
    series: { [scraped("cadvisor")("up")]: hold(0, 10) },
    at: "9m",
  }),
  resolves({
    name: "it is back",
    series: allBut(first, "1x4 stale _x8 1x20"),
    firesAt: "3m",
    overAt: "4m30s",
  }),
]);

export const containerCases: readonly RuleCase[] = [...measuredCases, ...downCases];
