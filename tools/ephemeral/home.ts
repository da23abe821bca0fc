import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { checkoutState } from "../lib/paths";

/** Who made an ephemeral stack, and how long it may live. */
export interface Owner {
  /** The process that takes it away at its end, unless it is killed first. */
  readonly pid: number;
  /** Stays after its command has ended, until somebody cleans up. */
  readonly keep: boolean;
  /** Milliseconds since 1970 after which a clean-up takes it away, kept or not. */
  readonly expiresMs?: number;
}

/** What a clean-up without a name does with a stack, and why. */
export type Fate = "dead" | "expired" | "kept" | "running";

const OWNER = "owner.json";
const NAME = /^[a-z][a-z0-9-]{1,19}$/;

/** The folder with everything of one ephemeral stack that is not in Docker. */
export function homeOf(name: string): string {
  return path.join(ephemeralRoot(), name);
}

/** Makes the folder of a new stack. @throws Error for a name that is taken or cannot be one */
export async function makeHome(name: string, owner: Owner): Promise<string> {
  checkName(name);
  const home = homeOf(name);
  // In one step, so that no clean-up meets a stack without an owner.
  const next = path.join(ephemeralRoot(), `.${name}.${process.pid}`);
  await mkdir(next, { recursive: true });
  await writeFile(path.join(next, OWNER), JSON.stringify(owner));
  try {
    await rename(next, home);
  } catch (error) {
    await rm(next, { recursive: true });
    if (!existsSync(home)) throw error;
    const clean = `npm run ephemeral -- --clean ${name}`;
    throw new Error(`--name: must be the name of no ephemeral stack; got "${name}". Fix: ${clean}`);
  }
  return home;
}

/** @throws Error for what cannot be the name of an ephemeral stack */
export function checkName(name: string): void {
  if (NAME.test(name)) return;
  const rule = "must be 2 to 20 lower-case letters, digits and -, beginning with a letter";
  throw new Error(`--name: ${rule}; got "${name}". Fix: for example review-7`);
}

/** A name that no other run has. */
export function randomName(): string {
  return `try-${randomBytes(3).toString("hex")}`;
}

/** The ephemeral stacks of this checkout, by name. */
export async function ephemeralNames(): Promise<readonly string[]> {
  if (!existsSync(ephemeralRoot())) return [];
  return (await readdir(ephemeralRoot())).filter((name) => NAME.test(name)).sort();
}

/** Who made a stack; undefined where it was killed before it could say so. */
export async function ownerOf(name: string): Promise<Owner | undefined> {
  const text = await readFile(path.join(homeOf(name), OWNER), "utf8").catch(() => "");
  return text === "" ? undefined : (JSON.parse(text) as Owner);
}

/**
 * What becomes of a stack when everything that nobody needs is taken away.
 *
 * @param isAlive whether a process lives
 */
export function fateOf(
  owner: Owner | undefined,
  nowMs: number,
  isAlive: (pid: number) => boolean,
): Fate {
  if (owner?.expiresMs !== undefined && owner.expiresMs <= nowMs) return "expired";
  if (owner && isAlive(owner.pid)) return "running";
  return owner?.keep === true ? "kept" : "dead";
}

/** Moved by the environment, for a runner whose checkout is emptied between two jobs. */
function ephemeralRoot(): string {
  const named = process.env.SIGHTLINE_EPHEMERAL;
  return named ? path.resolve(named) : path.join(checkoutState, "ephemeral");
}
