import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { $ } from "zx";

import { cacheRoot } from "../lib/paths";
import type { Report } from "../lib/progress";
import { type Attempt, SetupError } from "../lib/setup-error";
import { hasCommand } from "./apt";
import type { DockerAnswer } from "./ensure-docker";

const START_DEADLINE_MS = 60_000;
const POLL_MS = 500;
/** How long a service manager gets before dockerd is started by hand. */
const SERVICE_DEADLINE_MS = 15_000;

type Ask = () => Promise<DockerAnswer>;

/**
 * Starts the installed Docker daemon: by systemd or the service script, else by hand.
 * @returns The version of the daemon that answers.
 * @throws SetupError with what was last seen, when none answers within a minute.
 */
export async function startDaemon(
  ask: Ask,
  onProgress: Report,
  ways?: readonly WayToStart[],
): Promise<string> {
  const tried: Attempt[] = [];
  for (const way of ways ?? (await waysToStart())) {
    onProgress(`starting Docker by ${way.name}`);
    await way.start();
    const answer = await waitForAnswer(ask, way);
    if (answer.version !== undefined) return answer.version;
    tried.push({
      source: way.name,
      reason: `${answer.problem ?? "no answer"}${await way.lastWords()}`,
    });
  }
  throw new SetupError({
    tool: "Docker's daemon",
    tried,
    wayOut: "start dockerd yourself, read what it prints, and run the command again",
  });
}

/** One way to bring the daemon up. */
export interface WayToStart {
  readonly name: string;
  readonly deadlineMs: number;
  readonly start: () => Promise<unknown>;
  readonly lastWords: () => Promise<string>;
  /** Whether waiting on is of no use. @default never */
  readonly isOver?: () => boolean;
}

async function waysToStart(): Promise<WayToStart[]> {
  const run = $({ nothrow: true, quiet: true });
  const silent = () => Promise.resolve("");
  const ways: WayToStart[] = [];
  if (existsSync("/run/systemd/system")) {
    const start = () => run`systemctl start docker`;
    ways.push({ name: "systemctl", deadlineMs: SERVICE_DEADLINE_MS, start, lastWords: silent });
  } else if ((await hasCommand("service")) && existsSync("/etc/init.d/docker")) {
    const start = () => run`service docker start`;
    ways.push({ name: "service", deadlineMs: SERVICE_DEADLINE_MS, start, lastWords: silent });
  }
  return [...ways, byHand(path.join(cacheRoot(), "dockerd.log"))];
}

function byHand(log: string): WayToStart {
  let hasEnded = false;
  return {
    name: `dockerd by hand (log: ${log})`,
    deadlineMs: START_DEADLINE_MS,
    start: () => startByHand(log, () => (hasEnded = true)),
    lastWords: () => lastLinesOf(log),
    isOver: () => hasEnded,
  };
}

/** A daemon of its own session: it outlives the set-up, like one that a service manager starts. */
async function startByHand(log: string, onEnd: () => void): Promise<void> {
  await mkdir(path.dirname(log), { recursive: true });
  const file = await open(log, "a");
  try {
    const child = spawn("dockerd", [], { detached: true, stdio: ["ignore", file.fd, file.fd] });
    child.on("error", onEnd);
    child.on("exit", onEnd);
    child.unref();
  } finally {
    await file.close();
  }
}

async function waitForAnswer(ask: Ask, way: WayToStart): Promise<DockerAnswer> {
  const deadline = Date.now() + way.deadlineMs;
  let answer = await ask();
  while (answer.version === undefined && Date.now() < deadline && !way.isOver?.()) {
    await sleep(POLL_MS);
    answer = await ask();
  }
  return answer;
}

async function lastLinesOf(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.trim().split("\n").slice(-5);
  return text === "" ? "" : `; its log ends with:\n${lines.join("\n")}`;
}
