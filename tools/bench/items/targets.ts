import { PROBE_JOB } from "../../../configs/rules/probes";
import { readStackFile } from "../../stack/stack-file";
import type { BenchStack } from "../bench-stack";
import { type Loads, samplesOf } from "../containers-load";
import type { Row, Section } from "../figures";
import { growingRows } from "../growing";
import { instantValue } from "../instant-value";
import { scrapesLost } from "../scrapes";
import { withIntervals } from "../with-intervals";

/** URLs that are checked; two of them are the site's page and its API. */
const TARGETS = [10, 100, 1_000];
const SERVERS = ["blackbox-exporter", "prometheus"];
const SITE = "sightline:site";
/** Six times as often as people have it, so that a lost check shows within a minute. */
const INTERVALS = { probe: "10s", probeTimeout: "5s" };
const SETTLE_MS = 20_000;
const WINDOW_MS = 4_000;

interface Measured {
  readonly targets: number;
  readonly loads: Loads;
  /** Checks that are missing between the first and the last of each URL, or were not answered by Blackbox. */
  readonly lost: number;
  /** All rules once, in milliseconds. */
  readonly rulesMs: number;
}

/** What more URLs cost those who check them and judge the checks. */
export async function benchTargets(stack: BenchStack, runs: number): Promise<Section> {
  const site = (await readStackFile(stack.file, SITE)) as object;
  const all = await withIntervals(stack, INTERVALS, async () => {
    const measured: Measured[] = [];
    for (const targets of TARGETS) {
      await stack.edit({ [SITE]: { ...site, pages: pages(targets - 2) } });
      measured.push(await measure(stack, targets, runs));
    }
    await stack.edit({ [SITE]: site });
    return measured;
  });
  return {
    rows: rows(all),
    notes: [
      `Every URL is one of the example site, which answers on the same machine, and is checked every ${INTERVALS.probe}: ` +
        "six times as often as by default. Rules are judged at the default interval. Processors and memory " +
        `are those of ${runs} times ${WINDOW_MS / 1_000} s after ${SETTLE_MS / 1_000} s.`,
      "A check is lost where the series of a URL has none at its time, between its first one and its last. Whether the site answered it is not the question here.",
    ],
  };
}

function pages(count: number): Readonly<Record<string, string>> {
  const origin = process.env.SIGHTLINE_SITE_URL ?? "";
  const all = Array.from({ length: count }, (_, index) => index + 1);
  return Object.fromEntries(all.map((number) => [`page-${number}`, `${origin}/?page=${number}`]));
}

async function measure(stack: BenchStack, targets: number, runs: number): Promise<Measured> {
  await stack.up();
  const sinceMs = Date.now();
  await stack.commands.pause(SETTLE_MS);
  const loads = await samplesOf(stack, { runs, windowMs: WINDOW_MS });
  const origin = process.env.SIGHTLINE_PROMETHEUS_URL ?? "";
  const { probe } = (await stack.settings()).intervals;
  const lost = await scrapesLost(origin, {
    selector: `{job="${PROBE_JOB}"}`,
    sinceMs,
    intervalMs: probe,
  });
  const value = async (query: string) => (await instantValue(origin, query)) ?? Number.NaN;
  const checks = await value(`min(count_over_time(up{job="${PROBE_JOB}"}[40s]))`);
  if (!(checks >= 3))
    throw new Error(`a URL was checked ${checks} times: too few to see a lost one`);
  const checked = await value(`count(up{job="${PROBE_JOB}"} == 1)`);
  if (checked !== targets)
    throw new Error(`${checked} URLs are checked in the place of ${targets}`);
  const rules = await value("sum(prometheus_rule_group_last_duration_seconds)");
  stack.commands.report(`${targets} URLs: ${lost} checks lost, rules ${rules.toFixed(3)} s`);
  return { targets, loads, lost, rulesMs: rules * 1_000 };
}

function rows(all: readonly Measured[]): readonly Row[] {
  const size = (targets: number) => `${targets} URLs`;
  const row = (what: string, unit: Row["unit"], of: (one: Measured) => readonly number[]) =>
    growingRows({ what, unit, size }, new Map(all.map((one) => [one.targets, of(one)])));
  return [
    ...SERVERS.flatMap((server) => [
      ...row(`${server}, memory`, "MiB", ({ loads }) => loads.get(server)?.megabytes ?? []),
      ...row(
        `${server}, processor`,
        "% of a core",
        ({ loads }) => loads.get(server)?.percent ?? [],
      ),
    ]),
    ...row("checks lost", "checks", ({ lost }) => [lost]),
    ...row("all alert rules judged once", "ms", ({ rulesMs }) => [rulesMs]),
  ];
}
