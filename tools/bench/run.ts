import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { STACK_LABEL } from "../../configs/labels";
import { removeFromDocker } from "../lib/docker-cleanup";
import { elapsed } from "../lib/duration";
import { repositoryRoot } from "../lib/paths";
import { reasonOf } from "../lib/setup-error";
import { lastSetup } from "../setup/setup";
import { replaceText } from "../stack/stack-file";
import { BenchStack } from "./bench-stack";
import { Commands } from "./commands";
import type { Section } from "./figures";
import { benchEdit } from "./items/edit";
import { benchGrowth } from "./items/growth";
import { benchLogs } from "./items/logs";
import { benchMail } from "./items/mail";
import { benchRest } from "./items/rest";
import { benchTargets } from "./items/targets";
import { benchUp } from "./items/up";
import { joined, keep, type Kept, lastKept } from "./kept";
import { loadBefore, machineText, thisMachine } from "./machine";
import { sectionText, withFigures } from "./report";

/** What is measured, in the order in which it is; `growth` before those that leave the stack edited. */
export const ITEMS = {
  up: benchUp,
  edit: benchEdit,
  mail: benchMail,
  growth: benchGrowth,
  rest: benchRest,
  logs: benchLogs,
  targets: benchTargets,
} as const satisfies Record<string, (stack: BenchStack, runs: number) => Promise<Section>>;

export type Item = keyof typeof ITEMS;

/** As shells have it for SIGTERM. */
const ENDED_EARLY = 143;

/** Where the figures are kept. */
export const BENCHMARKS = path.join(repositoryRoot, "docs", "benchmarks.md");

export interface BenchOptions {
  readonly items: readonly Item[];
  /** How often each figure is measured. */
  readonly runs: number;
  /** Whether the figures are added to those of the last time. */
  readonly more: boolean;
  /** Whether the figures go into docs/benchmarks.md. */
  readonly write: boolean;
}

/**
 * Measures beside the ephemeral stack that this process was started for, and prints each item's table.
 *
 * @throws Error after the last item where one could not be measured
 */
export async function runBench(options: BenchOptions): Promise<void> {
  const startMs = Date.now();
  const report = (line: string) => {
    console.log(`[${elapsed(Date.now() - startMs)}] ${line}`);
  };
  const commands = new Commands(report);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      commands.end();
    });
  }
  try {
    await measureAll(BenchStack.beside(commands), options);
    report("done");
  } catch (error) {
    if (!commands.signal.aborted) throw error;
    report("ended early");
    // Something may still wait for what will never come.
    process.exit(ENDED_EARLY);
  }
}

async function measureAll(stack: BenchStack, options: BenchOptions): Promise<void> {
  const { signal, report } = stack.commands;
  const failed: Item[] = [];
  const before = await readFile(stack.file, "utf8");
  for (const [index, item] of options.items.entries()) {
    report(`${item}, ${index + 1} of ${options.items.length}`);
    try {
      await measure(stack, item, options);
    } catch (error) {
      signal.throwIfAborted();
      report(`${item} could not be measured: ${reasonOf(error)}`);
      failed.push(item);
      await writeFile(stack.file, before);
      // What others made of the stack's resources has its names, and its label.
      if (stack.isDeployed) await stack.up();
      else await removeFromDocker(`label=${STACK_LABEL}=${stack.name}`);
    }
  }
  if (failed.length > 0)
    throw new Error(`not measured: ${failed.join(", ")}; the reasons stand above`);
}

async function measure(stack: BenchStack, item: Item, options: BenchOptions): Promise<void> {
  const { runs, more, write } = options;
  const measured = { section: await ITEMS[item](stack, runs), loads: [loadBefore()] };
  const all = joined(more ? await lastKept(item) : undefined, measured);
  await keep(item, all);
  const text = await figuresText(all);
  console.log(`\n${text}\n`);
  if (write) await replaceText(BENCHMARKS, (before) => withFigures(before, item, text));
}

async function figuresText({ section: { rows, notes }, loads }: Kept): Promise<string> {
  const today = new Date().toISOString().slice(0, 10);
  const machine = machineText(await thisMachine(), today, loads);
  const { hasGrafana } = await lastSetup();
  const withoutGrafana = "The stack had no Grafana: its image could not be had there.";
  return `${machine}\n\n${sectionText({
    rows,
    notes: hasGrafana ? notes : [...notes, withoutGrafana],
  })}`;
}

/** @throws Error for a name that is none, or twice */
export function itemsOf(words: string | undefined): readonly Item[] {
  const all = Object.keys(ITEMS) as Item[];
  if (words === undefined) return all;
  const names = words.split(",");
  const wrong = names.find((name) => !all.some((item) => item === name));
  if (wrong !== undefined) {
    throw new Error(
      `--only: must be of ${all.join(", ")}; got "${wrong}". Fix: for example up,edit`,
    );
  }
  return all.filter((item) => names.includes(item));
}

/** @throws Error for what is no number of runs */
export function runsOf(text: string): number {
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= 1 && runs <= 100) return runs;
  throw new Error(`--runs: must be a whole number, 1 to 100; got "${text}". Fix: for example 5`);
}

/** @throws Error where the document has no place for an item's figures */
export async function checkPlaces(items: readonly Item[]): Promise<void> {
  const text = await readFile(BENCHMARKS, "utf8");
  for (const item of items) withFigures(text, item, "");
}
