import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { Command } from "commander";

import { withAbsoluteFolders } from "../../components/absolute-folders";
import { ConfigError } from "../../configs/errors";
import { parseSettings, type Settings } from "../../configs/settings/settings";
import { CHECKS } from "../doctor/all-checks";
import type { Examined } from "../doctor/check";
import { problem } from "../doctor/finding";
import { shellOnHosts } from "../doctor/on-host";
import { exitCodeOf, reportJson, reportText } from "../doctor/report";
import { type Result, runChecks, sorted } from "../doctor/run-checks";
import { reasonOf } from "../lib/setup-error";
import { rawSettings } from "../stack/raw-settings";
import { stackFile } from "../stack/stack";
import { STACK, stackNamed } from "./dev";

interface Options {
  readonly stack: string;
  readonly only?: string;
  readonly json?: true;
  readonly mail?: true;
}

/** `npm run doctor`: looks at what a stack's settings rely on. */
export function doctorCommand(): Command {
  const names = CHECKS.map(({ name }) => name).join(", ");
  return new Command("doctor")
    .description("look at what a stack's settings rely on, and say how to repair it")
    .option("--stack <name>", "whose settings: Pulumi.<name>.yaml", STACK)
    .option("--only <checks>", `some of ${names}, with commas between them`)
    .option("--mail", "also send a mail to the recipients of alerts")
    .option("--json", "print the findings for a program")
    .addHelpText(
      "after",
      "\nIt changes nothing. Exit status: 0 fine, 1 problems, 2 not all could be asked.",
    )
    .action(doctor);
}

async function doctor(options: Options): Promise<void> {
  try {
    const results = await examine(options);
    const { json, stack } = options;
    console.log(json ? reportJson(stack, results) : reportText(results));
    process.exitCode = exitCodeOf(results);
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = 2;
  }
}

async function examine({ stack, only, mail }: Options): Promise<readonly Result[]> {
  const checks = chosen(only);
  const file = stackFile(stack);
  if (!existsSync(file)) throw new Error(`--stack ${stack}: there is no ${path.basename(file)}`);
  const settings = await settingsIn(file, stack);
  if (!("prefix" in settings)) return settings;
  const examined: Examined = {
    settings,
    onHost: shellOnHosts(settings),
    secret: async (key) => (await stackNamed(stack)).secret(key),
    nowMs: () => Date.now(),
    sendsMail: mail ?? false,
  };
  return runChecks(checks, examined, (line) => {
    console.error(line);
  });
}

function chosen(only: string | undefined) {
  if (only === undefined) return CHECKS;
  const names = only.split(",").map((name) => name.trim());
  const known = CHECKS.map(({ name }) => name);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) {
    throw new Error(`--only: must be some of ${known.join(", ")}; got ${strange.join(", ")}`);
  }
  return CHECKS.filter(({ name }) => names.includes(name));
}

/** The settings, or what is wrong with them: then there is nothing to ask anybody. */
async function settingsIn(file: string, stack: string): Promise<Settings | readonly Result[]> {
  try {
    return withAbsoluteFolders(parseSettings(rawSettings(await readFile(file, "utf8")), stack));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return sorted(error.problems.map((one) => ({ check: "settings", ...problem(one) })));
  }
}
