import path from "node:path";

import type { Settings } from "../../../configs/settings/settings";
import { repositoryRoot } from "../../lib/paths";
import type { BenchStack } from "../bench-stack";
import type { Section } from "../figures";

const DRILL = ["--import", "tsx", path.join(repositoryRoot, "tools", "sightline.ts"), "drill"];
const FIGURES = ["detect", "notify", "resolve"] as const;

type Figures = Readonly<Record<(typeof FIGURES)[number], number>>;

/** The site is broken on purpose, as `npm run drill` does, until its mail is handed over. */
export async function benchMail(stack: BenchStack, runs: number): Promise<Section> {
  await stack.upToDate();
  const settings = await stack.settings();
  const drills: Figures[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const command = [process.execPath, ...DRILL];
    const { stdout } = await stack.commands.run(command, { folder: repositoryRoot });
    const figures = figuresOf(stdout);
    stack.commands.report(`run ${run} of ${runs}: mail after ${figures.notify.toFixed(1)} s`);
    drills.push(figures);
  }
  const row = (what: string, of: keyof Figures) =>
    ({ what, unit: "s", samples: drills.map((one) => one[of]), evidence: "real" }) as const;
  const bound = { what: "the bound", samples: [boundSeconds(settings)] };
  return {
    rows: [
      row("fault until the alert fires", "detect"),
      { ...row("fault until the mail is handed over", "notify"), versus: bound },
      row("repair until the mail that it is over", "resolve"),
    ],
    notes: [
      "The bound is as many check intervals as failed checks make an outage, the probe's timeout, " +
        "the evaluation interval, and what Alertmanager waits for others: here " +
        `${settings.alerts.WebsiteDown.checks} × ${seconds(settings.intervals.probe)} s + ` +
        `${seconds(settings.intervals.probeTimeout)} s + ${seconds(settings.intervals.evaluation)} s + ` +
        `${seconds(settings.alerting.grouping.criticalWait)} s, with intervals shorter than the defaults. ` +
        "The mail catcher is real SMTP on the same machine.",
    ],
  };
}

/** From a fault to its mail, at the latest, in seconds. */
export function boundSeconds({ alerts, intervals, alerting }: Settings): number {
  const { probe, probeTimeout, evaluation } = intervals;
  return seconds(
    alerts.WebsiteDown.checks * probe + probeTimeout + evaluation + alerting.grouping.criticalWait,
  );
}

function seconds(milliseconds: number): number {
  return milliseconds / 1_000;
}

/** Reads what a drill prints at its end. @throws Error where a figure is missing */
export function figuresOf(printed: string): Figures {
  const entries = FIGURES.map((name) => {
    const [, figure] = new RegExp(`^${name} +([\\d.]+) s`, "m").exec(printed) ?? [];
    if (figure === undefined) throw new Error(`the drill printed no "${name}":\n${printed}`);
    return [name, Number(figure)] as const;
  });
  return Object.fromEntries(entries) as Figures;
}
