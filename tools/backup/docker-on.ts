import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { type HostName, hostOf } from "../../configs/placement";
import { quoted } from "../../configs/preflight/fact-script";
import { isLocal } from "../../configs/settings/host-rules";
import type { Settings } from "../../configs/settings/settings";
import { overSsh } from "../doctor/on-host";

/** Where a command's bytes come from and go to. */
export interface Streams {
  /** @default nothing */
  readonly stdin?: Readable;
  /** @default kept and returned as text */
  readonly stdout?: Writable;
  /** Ends the command. @default it is waited for */
  readonly signal?: AbortSignal | undefined;
}

/** Runs `docker <words>` for a host. @throws Error with what it said last when it fails */
export type Docker = (words: readonly string[], streams?: Streams) => Promise<string>;

/** Docker's words as a shell reads them. */
export function dockerLine(words: readonly string[]): string {
  return `docker ${words.map(quoted).join(" ")}`;
}

/** The command line of a POSIX shell script on a host: here, or over ssh as the settings say. */
export function shellCommand(
  settings: Settings,
  name: HostName,
  script: string,
): readonly string[] {
  const host = hostOf(settings, name);
  const whole = `PATH="$PATH:/usr/local/bin"\n${script}`;
  if (isLocal(host)) return ["sh", "-c", whole];
  return overSsh(host, ["sh", "-c", quoted(whole)]);
}

/** Runs a script on a host. @throws Error with what it said last when it fails */
export function shellOn(settings: Settings, host: HostName) {
  return (script: string, streams?: Streams) => run(shellCommand(settings, host, script), streams);
}

export function dockerOn(settings: Settings, host: HostName): Docker {
  const shell = shellOn(settings, host);
  return (words, streams) => shell(`exec ${dockerLine(words)}`, streams);
}

/** Not in the terminal's group: who presses Ctrl-C means us, and we have something to put right first. */
export function start([program = "", ...args]: readonly string[], signal?: AbortSignal) {
  return spawn(program, args, {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: process.env,
    ...(signal ? { signal } : {}),
  });
}

const LAST_WORDS = 2_000;

async function run(words: readonly string[], { stdin, stdout, signal }: Streams = {}) {
  signal?.throwIfAborted();
  const child = start(words, signal);
  const text: Buffer[] = [];
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = `${said}${String(chunk)}`.slice(-LAST_WORDS)));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (stdin === undefined) child.stdin.end();
  if (stdout === undefined) child.stdout.on("data", (chunk: Buffer) => text.push(chunk));
  const [exit, ...piped] = await Promise.allSettled([
    ended,
    // One that ends early closes its pipe: its own words are the better reason.
    ...(stdin === undefined ? [] : [pipeline(stdin, child.stdin)]),
    ...(stdout === undefined ? [] : [pipeline(child.stdout, stdout)]),
  ]);
  signal?.throwIfAborted();
  if (exit.status === "rejected") throw exit.reason;
  if (exit.value !== 0) throw new Error(`docker: ${said.trim() || `ended with ${exit.value}`}`);
  const broken = piped.find((one) => one.status === "rejected");
  if (broken) throw broken.reason;
  return Buffer.concat(text).toString("utf8").trimEnd();
}
