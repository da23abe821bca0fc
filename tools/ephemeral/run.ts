import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import path from "node:path";

import { STACK_LABEL } from "../../configs/labels";
import { startSite } from "../../examples/website/lifecycle";
import { namesInDocker } from "../lib/docker-cleanup";
import { elapsed } from "../lib/duration";
import { freePorts } from "../lib/free-ports";
import { reasonOf } from "../lib/setup-error";
import type { Setup } from "../setup/setup";
import { lastWordsOfKeepers } from "../stack/keeper-logs";
import { LocalStack, stackFile } from "../stack/stack";
import { removeEphemeral, siteLogs } from "./clean";
import { EphemeralEngine } from "./engine";
import { commandEnvironment } from "./environment";
import { checkName, makeHome } from "./home";
import { type ConfigEdit, ephemeralSettings, PORT_NAMES, projectOf } from "./settings";
import { Stop } from "./stop";

/** One run: a stack, a command beside it. */
export interface EphemeralRun {
  readonly name: string;
  /** Program and arguments; none only makes the stack. */
  readonly command: readonly string[];
  readonly edits: readonly ConfigEdit[];
  /** The stack stays when the command has ended. */
  readonly keep: boolean;
  readonly timeToLiveMs?: number;
  readonly setup: Setup;
  /** The stack whose settings it begins with, and the Compose project of the site it watches. */
  readonly dev: { readonly stack: string; readonly project: string };
}

/** What it says of itself: not on standard output, which is the command's. */
const say = (text: string) => {
  process.stderr.write(`${text}\n`);
};
const print = (text: string) => {
  process.stderr.write(text);
};

/**
 * Deploys a stack of its own, runs the command, and takes the stack away, whatever happens.
 *
 * @returns the command's exit code
 */
export async function runEphemeral(run: EphemeralRun): Promise<number> {
  const { name, keep, timeToLiveMs, setup } = run;
  const tools = setup.environment;
  await checkIsFree(name);
  const home = await makeHome(name, {
    pid: process.pid,
    keep,
    ...(timeToLiveMs === undefined ? {} : { expiresMs: Date.now() + timeToLiveMs }),
  });
  const stop = new Stop(say, timeToLiveMs);
  let isDeployed = false;
  try {
    const environment = await deploy(run, home, stop);
    isDeployed = environment !== undefined;
    return environment ? await execute(run, environment, stop) : (stop.exitCode() ?? 1);
  } finally {
    if (keep && isDeployed && stop.exitCode() === undefined) {
      say(`\n${name} stays; to take it away: npm run ephemeral -- --clean ${name}`);
    } else {
      const start = Date.now();
      say(`\nTaking ${name} away …`);
      await removeEphemeral(name, { tools, print });
      say(`Nothing is left of ${name} (${elapsed(Date.now() - start)}).`);
    }
    stop.release();
  }
}

/** A label says whose a container is: two stacks of one name would be taken for one. */
async function checkIsFree(name: string): Promise<void> {
  checkName(name);
  const [taken] = await namesInDocker(`label=${STACK_LABEL}=${name}`);
  if (taken === undefined) return;
  const rule = `must be the name of no stack on this machine, and ${taken} is there`;
  throw new Error(`--name: ${rule}; got "${name}". Fix: another name`);
}

/** @returns the command's environment; undefined when it was ended early */
async function deploy(run: EphemeralRun, home: string, stop: Stop) {
  const { name, setup, dev } = run;
  const start = Date.now();
  const ports = await freePorts(PORT_NAMES);
  const { text, watchesExample } = ephemeralSettings(
    await readFile(stackFile(dev.stack), "utf8"),
    { name, ports, logFolder: siteLogs(home), devProject: dev.project },
    run.edits,
  );
  const engine = await EphemeralEngine.open(name, home, setup.environment, text);
  const local = new LocalStack(name, engine.environment, engine.settingsFile);
  await local.prepare(setup);
  say(`\nDeploying ${name} …`);
  const site = watchesExample ? await startOwnSite(run, home, ports.site) : undefined;
  if (stop.exitCode() !== undefined) return undefined;
  try {
    await engine.up({ print, signal: stop.signal });
  } catch (error) {
    if (stop.exitCode() !== undefined) return undefined;
    say(await lastWordsOfKeepers(name));
    throw error;
  }
  say(`${name} is up (${elapsed(Date.now() - start)}).`);
  const passwordFile = await writePassword(local, home);
  return commandEnvironment({
    name,
    engine,
    outputs: await engine.outputs(),
    ...(site === undefined ? {} : { site }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
  });
}

async function startOwnSite(run: EphemeralRun, home: string, port: number): Promise<string> {
  return startSite({
    project: projectOf(run.name),
    port,
    bind: "127.0.0.1",
    logDir: siteLogs(home),
    images: run.setup.websiteImages,
    composeCommand: [...run.setup.compose],
  });
}

/** In a file: everybody on this machine can read another process's environment. */
async function writePassword(stack: LocalStack, home: string): Promise<string | undefined> {
  const password = await stack.grafanaPassword();
  if (password === undefined) return undefined;
  const file = path.join(home, "grafana-password");
  await writeFile(file, password, { mode: 0o600 });
  return file;
}

async function execute(
  { command }: EphemeralRun,
  environment: Readonly<Record<string, string>>,
  stop: Stop,
): Promise<number> {
  const stopped = stop.exitCode();
  if (stopped !== undefined) return stopped;
  const [program, ...args] = command;
  if (program === undefined) {
    for (const [key, value] of Object.entries(environment)) {
      if (key.startsWith("SIGHTLINE_")) say(`  ${key}=${value}`);
    }
    return 0;
  }
  const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...environment } });
  stop.passTo(child);
  const [code, signal] = await exited(child, program);
  return stop.exitCode() ?? code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

async function exited(child: ChildProcess, program: string) {
  try {
    return (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  } catch (error) {
    say(`${program}: ${reasonOf(error)}`);
    // What shells say of a command that cannot be run.
    return [127, null] as const;
  }
}
