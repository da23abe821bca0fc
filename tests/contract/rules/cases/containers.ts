import { containerName } from "../../../../configs/docker-spec";
import { placedSpecs } from "../../../../configs/hosts";
import { machineOwner } from "../../../../configs/placement";
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
import { type VariantName, VARIANTS } from "../../../support/rule-variants";
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

/** A stack with every container of it that its cAdvisors can miss. */
interface Stack {
  readonly on: VariantName;
  readonly containers: readonly { readonly host: "monitoring" | "app"; readonly name: string }[];
}

function stackOf(on: VariantName, unseen: readonly string[]): Stack {
  const settings = VARIANTS[on];
  const placed = placedSpecs(settings).filter(({ spec }) => !unseen.includes(spec.name));
  return {
    on,
    containers: placed.map(({ host, spec }) => ({
      // Where one machine has two hosts, the only cAdvisor is that of its owner.
      host: machineOwner(settings, host) === "monitoring" ? "monitoring" : "app",
      name: containerName(settings, spec.name),
    })),
  };
}

/** Every cAdvisor answers, and sees all containers but one for some minutes. */
function allBut({ containers }: Stack, missing: string, sightings: string): Series {
  const seen = containers.map(({ host, name }) => [
    contained(name, host)("container_last_seen"),
    name === missing ? sightings : hold(1, 10),
  ]);
  const up = containers.map(({ host }) => [scraped("cadvisor", { host })("up"), hold(1, 10)]);
  return Object.fromEntries([...seen, ...up]) as Series;
}

function downCases(
  stack: Stack,
  gone: readonly string[],
  more: Parameters<typeof casesOf>[1] = [],
): readonly RuleCase[] {
  const [first = ""] = gone;
  return casesOf(
    "ContainerDown",
    [
      ...gone.map((name) =>
        fires({ name: `${name} is gone`, series: allBut(stack, name, "1x4 stale"), at: "2m30s" }),
      ),
      fires({
        name: "another host has one of that name",
        series: {
          ...allBut(stack, first, "1x4 stale"),
          [contained(first, "app")("container_last_seen")]: hold(1, 10),
        },
        at: "2m30s",
      }),
      quiet({ name: "all are there", series: allBut(stack, "", ""), at: "9m" }),
      quiet({ name: "gone for a moment", series: allBut(stack, first, "1x4 stale"), at: "2m" }),
      noData({ at: "9m" }),
      noData({
        name: "P12: cAdvisor itself is down",
        series: { [scraped("cadvisor")("up")]: hold(0, 10) },
        at: "9m",
      }),
      resolves({
        name: "it is back",
        series: allBut(stack, first, "1x4 stale _x8 1x20"),
        firesAt: "3m",
        overAt: "4m30s",
      }),
      ...more,
    ],
    { on: stack.on },
  );
}

/** Of a host that pushes, what was seen last ends before what is said of cAdvisor. */
const pushedCadvisor = scraped("cadvisor", { host: "app" });
const silentHost: Series = {
  [pushedCadvisor("up")]: "1x9",
  [contained("prod-app-socket-proxy", "app")("container_last_seen")]: "1x4",
};

const dev = stackOf("dev", ["cadvisor"]);
const push = stackOf("push", ["cadvisor", "app-cadvisor", "app-alloy"]);

export const containerCases: readonly RuleCase[] = [
  ...measuredCases,
  ...downCases(
    dev,
    dev.containers.map(({ name }) => name),
  ),
  // The first is the one whose rule is changed for the worse; the second is on the host that pushes.
  ...downCases(
    push,
    ["prod-alertmanager", "prod-app-socket-proxy"],
    [quiet({ name: "the host fell silent", series: silentHost, at: "7m15s" })],
  ),
];
