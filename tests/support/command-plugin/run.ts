import { spawn } from "node:child_process";
import { once } from "node:events";

export interface RunArgs {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string | Buffer;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Result extends Output {
  readonly exitCode: number | null;
  /** Both streams as they came. */
  readonly both: string;
}

/** Runs a program to its end. @throws only when it cannot be started */
export async function run({ words, env, cwd, input = "" }: RunArgs): Promise<Result> {
  const [program = "", ...rest] = words;
  const child = spawn(program, rest, { env: { ...process.env, ...env }, cwd });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const both: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk) && both.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk) && both.push(chunk));
  // A program that reads nothing closes its input early.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [exitCode] = (await once(child, "close")) as [number | null];
  const [out, err, all] = [stdout, stderr, both].map((parts) => Buffer.concat(parts).toString());
  return { exitCode, stdout: out ?? "", stderr: err ?? "", both: all ?? "" };
}

/** @returns what the published plugin keeps: each stream without its last line break */
export function kept({ exitCode, stdout, stderr, both }: Result, command: string): Output {
  if (exitCode !== 0) {
    throw new Error(`exit status ${exitCode}: running ${JSON.stringify(command)}:\n${both}`);
  }
  return { stdout: stdout.replace(/\n$/, ""), stderr: stderr.replace(/\n$/, "") };
}

/** The output of the step before, for commands that did not decline it. */
export function previousOutput(before: Partial<Output>, isWanted = true): Record<string, string> {
  if (!isWanted) return {};
  return {
    ...(before.stdout ? { PULUMI_COMMAND_STDOUT: before.stdout } : {}),
    ...(before.stderr ? { PULUMI_COMMAND_STDERR: before.stderr } : {}),
  };
}
