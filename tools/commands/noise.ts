import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { Command } from "commander";

import { parseSettings, type Settings } from "../../configs/settings/settings";
import { prometheusDuration } from "../../configs/units";
import { CannotAsk } from "../doctor/cannot-ask";
import type { Examined } from "../doctor/check";
import { shellOnHosts } from "../doctor/on-host";
import { readHistory } from "../noise/history";
import { withLogAlerts } from "../noise/log-history";
import { type NoiseReport, reportJson, reportOf } from "../noise/report";
import { reportText } from "../noise/report-text";
import { mailReport } from "../noise/send";
import { rawSettings } from "../stack/raw-settings";
import { stackFile } from "../stack/stack";
import { STACK, stackNamed } from "./dev";

interface Options {
  readonly stack?: string;
  readonly days: string;
  readonly json?: true;
  readonly mail?: true;
}

const DAY_MS = 24 * 3_600_000;

const HELP = `
Counts what Prometheus remembers, and what the rules on logs find in the logs that are kept: how often each
alert fired, what was over by itself in under two minutes, what never fired, and which setting would have kept
it silent. It changes nothing.
Beside an ephemeral stack, and without --stack, that is asked.

  npm run noise
  npm run noise -- --stack prod --mail
  npm run -s noise -- --days 1 --json`;

/** `npm run noise`: which alerts are noise. */
export function noiseCommand(): Command {
  return new Command("noise")
    .description("count which alerts fired, were over by themselves or never fired, and suggest")
    .option("--stack <name>", `whose alerts, by Pulumi.<name>.yaml (default: ${STACK})`)
    .option("--days <number>", "how far to look back", "7")
    .option("--json", "print it for a program")
    .option("--mail", "also mail it to the recipients of alerts")
    .addHelpText("after", HELP)
    .action(noise);
}

async function noise({ stack, days, json, mail }: Options): Promise<void> {
  const settings = await settingsOf(stack);
  const lookBackMs = lookBack(days, settings);
  // Cron mails whatever is printed.
  const say = (line: string) => {
    if (process.stderr.isTTY) console.error(line);
  };
  const examined: Examined = {
    settings,
    onHost: shellOnHosts(settings),
    secret: async (key) => (await stackNamed(settings.prefix)).secret(key),
    nowMs: () => Date.now(),
    sendsMail: mail ?? false,
  };
  const report = await reportNow(examined, lookBackMs, say);
  console.log(json ? reportJson(report) : reportText(report, settings.alerting.timezone));
  if (mail) say(await mailReport(settings, report, examined));
}

/** The report of a stack at this moment. */
async function reportNow(
  examined: Examined,
  lookBackMs: number,
  report: (line: string) => void,
): Promise<NoiseReport> {
  // Whole seconds, as queries are written.
  const toMs = Math.floor(examined.nowMs() / 1000) * 1000;
  const { signal } = new AbortController();
  try {
    const window = { fromMs: toMs - lookBackMs, toMs };
    const history = await readHistory(examined, window, { signal, report });
    const whole = await withLogAlerts(examined, history, { signal, report });
    return reportOf(examined.settings, whole);
  } catch (error) {
    if (!(error instanceof CannotAsk)) throw error;
    throw new Error(`${error.message}. Fix: ${error.fix}`, { cause: error });
  }
}

async function settingsOf(stack: string | undefined): Promise<Settings> {
  const beside = stack === undefined ? process.env.SIGHTLINE_STACK : undefined;
  const name = stack ?? beside ?? STACK;
  const ownFile = beside === undefined ? undefined : process.env.SIGHTLINE_STACK_FILE;
  const file = ownFile ?? stackFile(name);
  if (!existsSync(file)) throw new Error(`--stack ${name}: there is no ${path.basename(file)}`);
  return parseSettings(rawSettings(await readFile(file, "utf8")), name);
}

/**
 * How far back to look, in milliseconds.
 *
 * @throws Error where it is no number of days that Prometheus remembers
 */
export function lookBack(days: string, { metrics }: Pick<Settings, "metrics">): number {
  const lookBackMs = Number(days) * DAY_MS;
  const isWhole = /^[1-9]\d*$/.test(days);
  if (isWhole && lookBackMs <= metrics.retention) return lookBackMs;
  const rule = isWhole
    ? `must not be more than sightline:metrics.retention (${prometheusDuration(metrics.retention)})`
    : "must be a whole number of days, at least 1";
  const fix = isWhole ? "look back less, or retain metrics for longer" : "for example --days 7";
  throw new Error(`--days: ${rule}; got ${days}. Fix: ${fix}`);
}
