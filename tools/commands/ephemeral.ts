import { Command } from "commander";

import { parseDuration } from "../../configs/units";
import { removeEphemeral, sweep } from "../ephemeral/clean";
import { randomName } from "../ephemeral/home";
import { runEphemeral } from "../ephemeral/run";
import { configEdit } from "../ephemeral/settings";
import { setUp } from "../setup/setup";
import { stackFile } from "../stack/stack";
import { wantedImages } from "../stack/wanted-images";
import { preparePulumi } from "../toolchain/pulumi-home";
import { SITE_PROJECT, STACK } from "./dev";

interface Options {
  readonly name?: string;
  readonly config?: readonly string[];
  readonly timeToLive?: string;
  readonly keep?: true;
  readonly clean?: string | true;
}

const EXAMPLES = `
The command finds the stack in its environment: SIGHTLINE_STACK, SIGHTLINE_PROMETHEUS_URL and _PORT
and the same of every page, SIGHTLINE_SITE_URL, SIGHTLINE_OUTPUTS (JSON), and what pulumi needs.
Its exit code is the exit code.

  npm run ephemeral -- sh -c 'curl --fail $SIGHTLINE_PROMETHEUS_URL/-/ready'
  npm run ephemeral -- --config logs.retention=2d --name review-7 --keep --time-to-live 4h
  npm run ephemeral -- --clean             what killed runs left, and whose time is over
  npm run ephemeral -- --clean review-7    that one, whatever it does`;

/** `npm run ephemeral -- <command>`: a stack for as long as the command runs. */
export function ephemeralCommand(): Command {
  return new Command("ephemeral")
    .description("deploy a stack of its own, run a command beside it, take it away")
    .argument("[command...]", "program and arguments; none with --keep only makes the stack")
    .passThroughOptions()
    .option("--name <name>", "what it is called (default: a new name)")
    .option("--config <key=value>", "another setting than dev's; can be repeated", collected)
    .option("--time-to-live <duration>", "ends the command then; a kept stack is then cleaned up")
    .option("--keep", "leave the stack when the command has ended")
    .option("--clean [name]", "take away what is left of earlier runs")
    .addHelpText("after", EXAMPLES)
    .action(ephemeral);
}

/** An option that may be repeated, for commander. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Deploys a stack of its own and runs a command beside it; its exit code is that of this process. */
export async function ephemeral(command: readonly string[], options: Options): Promise<void> {
  const { name = randomName(), config = [], clean, keep = false } = options;
  if (clean === undefined && command.length === 0 && !keep) {
    throw new Error("a command must follow, or --keep, or --clean. Fix: see --help");
  }
  const edits = config.map(configEdit);
  const lifeMs = options.timeToLive === undefined ? {} : { timeToLiveMs: life(options.timeToLive) };
  if (clean !== undefined) return cleanUp(clean);
  const setup = await setUp(await wantedImages(stackFile(STACK)));
  const dev = { stack: STACK, project: SITE_PROJECT };
  process.exitCode = await runEphemeral({ name, command, edits, keep, ...lifeMs, setup, dev });
}

function life(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw new Error(`--time-to-live: must be a duration; got "${text}". Fix: for example 4h`);
}

async function cleanUp(clean: string | true): Promise<void> {
  const { environment: tools } = await preparePulumi();
  const print = (text: string) => {
    process.stdout.write(text);
  };
  if (clean === true) await sweep({ tools, print });
  else await removeEphemeral(clean, { tools, print });
  console.log(clean === true ? "Nothing is left of runs that were killed." : `${clean} is gone.`);
}
