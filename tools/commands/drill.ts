import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Command } from "commander";

import { pageUrl } from "../../configs/pages";
import { parseSettings } from "../../configs/settings/settings";
import type { Examined } from "../doctor/check";
import { shellOnHosts } from "../doctor/on-host";
import { queryPrometheus } from "../doctor/servers";
import { figuresText, type Limits, runDrill, type Stage } from "../drill/drill";
import { caughtMails, countedMails } from "../drill/mails";
import { setPaused, type Target, targetOf } from "../drill/target";
import { confirmByName } from "../lib/confirm";
import { repositoryRoot } from "../lib/paths";
import { rawSettings } from "../stack/raw-settings";
import { stackFile } from "../stack/stack";
import { collected, ephemeral } from "./ephemeral";

interface Options {
  readonly stack?: string;
  readonly container?: string;
  readonly config?: readonly string[];
}

const ALERT = "WebsiteDown";
const MINUTE = 60_000;

const HELP = `
It pauses the container that answers for the site: visitors get no answer meanwhile, and nothing is lost.
Without --stack a stack of its own is made for it, and taken away; beside an ephemeral one, that is taken.

  npm run drill                                  at dev's intervals, some eight minutes
  npm run drill -- --config intervals.probe=5s
  npm run drill -- --stack prod --container shop-nginx`;

/** `npm run drill`: breaks a site on purpose, and measures until people know. */
export function drillCommand(): Command {
  return new Command("drill")
    .description("break the site on purpose, wait for the mail, and print how long it took")
    .option("--stack <name>", "a real stack, whose visitors will notice; you confirm its name")
    .option("--container <name>", "what is paused (default: what site.pageUrl leads to)")
    .option("--config <key=value>", "another setting of the stack that is made", collected)
    .addHelpText("after", HELP)
    .action(drill);
}

async function drill({ stack, container, config = [] }: Options): Promise<void> {
  const beside = process.env.SIGHTLINE_STACK;
  if (stack === undefined && beside === undefined) {
    const own = [path.join(repositoryRoot, "tools", "sightline.ts"), "drill"];
    return ephemeral([process.execPath, "--import", "tsx", ...own], { config });
  }
  const name = stack ?? beside ?? "";
  const file = stack === undefined ? process.env.SIGHTLINE_STACK_FILE : undefined;
  const settings = parseSettings(
    rawSettings(await readFile(file ?? stackFile(name), "utf8")),
    name,
  );
  const examined: Examined = {
    settings,
    onHost: shellOnHosts(settings),
    secret: () => Promise.resolve(undefined),
    nowMs: () => Date.now(),
    sendsMail: false,
  };
  const { signal } = new AbortController();
  const target = await targetOf(examined, signal, container);
  if (stack !== undefined) {
    const warning = `${target.container} on ${target.host} will answer nobody until the mail of ${ALERT} has left.`;
    await confirmByName(name, warning);
  }
  await waitUntilWell(examined, signal);
  const figures = await runDrill(await stageOf(examined, target, signal), limitsOf(examined));
  console.log(`\n${figuresText(figures)}`);
}

/** A page that does not answer, or an alert of before, would be measured instead. */
async function waitUntilWell(examined: Examined, signal: AbortSignal): Promise<void> {
  const queries = ['min(probe_success{target="page"})', `ALERTS{alertname="${ALERT}"}`];
  const deadline = Date.now() + 3 * examined.settings.intervals.probe + MINUTE;
  for (;;) {
    const [[answered] = [], alerts = []] = await queryPrometheus(examined, queries, signal);
    if (answered?.value === 1 && alerts.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error("the page must answer its checks before it is broken, and does not");
    }
    await sleep(1_000);
  }
}

async function stageOf(examined: Examined, target: Target, signal: AbortSignal): Promise<Stage> {
  const { settings, nowMs } = examined;
  const report = (line: string) => {
    console.log(line);
  };
  const wake = () => setPaused(examined, target, "unpause");
  const mailedMs =
    settings.mail.kind === "catcher"
      ? caughtMails(process.env.SIGHTLINE_MAIL_URL ?? pageUrl(settings, "mail"), ALERT, nowMs())
      : await countedMails(examined, signal);
  const onInterrupt = () => {
    void wake().finally(() => process.exit(130));
  };
  return {
    breakTarget: async () => {
      process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
      await setPaused(examined, target, "pause");
      report(
        `${target.container} is paused; to wake it by hand: docker unpause ${target.container}`,
      );
    },
    heal: async () => {
      await wake();
      process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
    },
    isFiring: async () => {
      const query = `ALERTS{alertname="${ALERT}",alertstate="firing"}`;
      const [alerts = []] = await queryPrometheus(examined, [query], signal);
      return alerts.length > 0;
    },
    mailedMs,
    nowMs,
    sleep,
    report,
  };
}

/** Twice what the settings promise, and a minute. */
function limitsOf({ settings }: Examined): Limits {
  const { intervals, alerts, alerting } = settings;
  const { probe, probeTimeout, evaluation } = intervals;
  const detectMs = alerts.WebsiteDown.checks * probe + probeTimeout + evaluation;
  const { criticalWait, criticalInterval } = alerting.grouping;
  return {
    detectMs: 2 * detectMs + MINUTE,
    notifyMs: 2 * criticalWait + MINUTE,
    resolveMs: 2 * (probe + criticalInterval) + MINUTE,
  };
}
