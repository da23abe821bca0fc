import { truncate } from "node:fs/promises";
import path from "node:path";

import type { BenchStack } from "../bench-stack";
import { percentile, type Row, type Section } from "../figures";
import { millisecondsToBeFound, type Route, secondsToCatchUp } from "../numbered";

const AGENTS = ["promtail", "alloy"] as const;
type Agent = (typeof AGENTS)[number];

/** Lines of one run at an even pace. */
const PACED = { count: 100, perSecond: 20 };
/** Lines of one run that are all written at once. */
const BURST = 30_000;

interface Measured {
  readonly agent: Agent;
  /** Milliseconds until each line was found, run by run. */
  readonly found: readonly (readonly number[])[];
  readonly linesPerSecond: readonly number[];
}

/** From a line in the site's log file to the line in Loki, by each agent. */
export async function benchLogs(stack: BenchStack, runs: number): Promise<Section> {
  const measured: Measured[] = [];
  for (const agent of AGENTS) {
    // Another agent would read all of it anew.
    await truncate(await logFile(stack));
    await stack.edit({ "sightline:logs.agent": agent });
    await stack.up();
    measured.push(await measure(stack, agent, runs));
  }
  await stack.edit({ "sightline:logs.agent": undefined });
  return {
    rows: rows(measured),
    notes: [
      `Found means that a query returns it; Loki is asked every 50 ms while ${PACED.perSecond} lines a second are written.`,
      `For the lines a second, ${BURST} of them are written at once into a file, and each must be there ` +
        "exactly once; the agent, Loki and the rest of the stack share this machine.",
    ],
  };
}

async function logFile(stack: BenchStack): Promise<string> {
  const { logs } = await stack.settings();
  return path.join(logs.directories.app ?? "", "app.log");
}

async function measure(stack: BenchStack, agent: Agent, runs: number): Promise<Measured> {
  const route: Route = {
    file: await logFile(stack),
    loki: await stack.internalUrl(stack.container("loki"), 3100),
  };
  // What the agent reads anew at its start must be behind it.
  await millisecondsToBeFound(route, { run: `${agent}0`, count: 1, perSecond: 1 });
  const found: (readonly number[])[] = [];
  const linesPerSecond: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    stack.commands.signal.throwIfAborted();
    const paced = await millisecondsToBeFound(route, { run: `${agent}p${run}`, ...PACED });
    const seconds = await secondsToCatchUp(route, { run: `${agent}b${run}`, count: BURST });
    found.push(paced);
    linesPerSecond.push(BURST / seconds);
    const half = percentile(paced, 50);
    const figures = `half within ${half} ms, ${(BURST / seconds).toFixed(0)} lines a second`;
    stack.commands.report(`run ${run} of ${runs}, ${agent}: ${figures}`);
  }
  return { agent, found, linesPerSecond };
}

function rows(measured: readonly Measured[]): readonly Row[] {
  return measured.flatMap(({ agent, found, linesPerSecond }) => {
    const within = (percent: number): Row => ({
      what: `${agent}: line written until found, p${percent} of ${PACED.count} lines`,
      unit: "ms",
      samples: found.map((lines) => percentile(lines, percent)),
      evidence: "real",
    });
    const caughtUp: Row = {
      what: `${agent}: lines a second, none lost`,
      unit: "lines/s",
      samples: linesPerSecond,
      evidence: "real",
    };
    return [within(50), within(99), caughtUp];
  });
}
