import path from "node:path";

import { Command } from "commander";

import { noteLoad } from "../bench/machine";
import { checkPlaces, type Item, itemsOf, runBench, runsOf } from "../bench/run";
import type { ImageName } from "../images/official";
import { repositoryRoot } from "../lib/paths";
import { setUp } from "../setup/setup";
import { stackFile } from "../stack/stack";
import { wantedImages } from "../stack/wanted-images";
import { STACK } from "./dev";
import { ephemeral } from "./ephemeral";

interface Options {
  readonly only?: string;
  readonly runs: string;
  readonly more?: boolean;
  readonly write?: boolean;
}

/** Shorter than the defaults, so that a fault is measured five times in minutes; the tables say so. */
const CONFIG = [
  "intervals.probe=5s",
  "intervals.probeTimeout=1s",
  "intervals.scrape=5s",
  "intervals.evaluation=1s",
  "alerting.grouping.criticalInterval=10s",
];
/** What an item needs that dev's settings do not name. */
const IMAGES: Partial<Readonly<Record<Item, ImageName>>> = { logs: "alloy" };

const HELP = `
Items: up (Pulumi against Terraform and Compose), edit (until it is live), mail (from a fault to its
mail), growth (more hosts), rest (memory and processors), logs (from a line to the line found),
targets (more URLs).
It measures a stack of its own and takes it away. What else the machine does is measured too.

  npm run bench                               everything, some 40 minutes on two processors
  npm run bench -- --only edit,mail --runs 3
  npm run bench -- --write                    keep the figures in docs/benchmarks.md`;

/** `npm run bench`: how fast it is, beside what people would pick instead. */
export function benchCommand(): Command {
  return new Command("bench")
    .description("measure how fast it is, beside Terraform and Compose, and print the ratios")
    .option("--only <items>", "only these, separated by commas")
    .option("--runs <number>", "how often each figure is measured", "5")
    .option("--more", "add to the figures of the last time, where a run was cut in pieces")
    .option("--write", "put the figures into docs/benchmarks.md")
    .addHelpText("after", HELP)
    .action(bench);
}

async function bench({ only, runs, more = false, write = false }: Options): Promise<void> {
  const items = itemsOf(only);
  const options = { items, runs: runsOf(runs), more, write };
  if (write) await checkPlaces(items);
  if (process.env.SIGHTLINE_STACK_FOLDER !== undefined) return runBench(options);
  noteLoad();
  const images = items.flatMap((item) => IMAGES[item] ?? []);
  if (images.length > 0) await setUp([...(await wantedImages(stackFile(STACK))), ...images]);
  const own = [path.join(repositoryRoot, "tools", "sightline.ts"), "bench"];
  const flags = [...(more ? ["--more"] : []), ...(write ? ["--write"] : [])];
  const words = ["--only", items.join(","), "--runs", runs, ...flags];
  await ephemeral([process.execPath, "--import", "tsx", ...own, ...words], { config: CONFIG });
}
