import { fileURLToPath } from "node:url";

import { $ } from "zx";

import { STACK_LABEL } from "../../configs/labels";
import type { ExportedState } from "./forget-host";
import { isDead, locksIn } from "./locks";
import { endOrphans } from "./orphans";
import type { LocalStack } from "./stack";

/** A container as Docker lists it. */
export interface Listed {
  readonly id: string;
  readonly name: string;
}

/**
 * Makes a stack of this machine ready for an update after one that was killed: ends what it had started, takes
 * away its lock, and the containers that were made and not written down, whose names the next update wants.
 *
 * @returns what was done, in words
 */
export async function recover(stack: LocalStack): Promise<readonly string[]> {
  const { PULUMI_BACKEND_URL: backend = "" } = stack.environment;
  const said: string[] = [];
  const all = backend.startsWith("file://") ? await locksIn(fileURLToPath(backend)) : [];
  const locks = all.filter(({ of }) => of.includes(stack.name));
  // An update that runs has made what it will write down.
  if (locks.some((lock) => !isDead(lock))) return said;
  if (locks.length > 0) {
    // They are known by the backend, and an update of another stack may have its own there.
    if (all.every(isDead)) await endOrphans(backend);
    await stack.unlock();
    said.push("The last update was killed: its lock is taken away.");
  }
  const leftovers = leftoversOf(JSON.parse(await stack.exportState()) as ExportedState, {
    containers: await listed(stack.name),
    networkIds: await networkIds(stack.name),
  });
  for (const { id, name } of leftovers) {
    await $({ quiet: true })`docker rm --force ${id}`;
    said.push(`An update was interrupted while it made ${name}: it is made anew.`);
  }
  return said;
}

/**
 * Containers that carry the stack's label and are not in its state. None where its networks are not those
 * of the state: then they are another's, who calls his stack the same.
 */
export function leftoversOf(
  { deployment: { resources = [] } }: ExportedState,
  there: { readonly containers: readonly Listed[]; readonly networkIds: readonly string[] },
): readonly Listed[] {
  const idsOf = (kind: string) =>
    new Set(resources.filter(({ type }) => type === kind).map(({ id }) => id));
  const networks = idsOf("docker:index/network:Network");
  if (!there.networkIds.some((id) => networks.has(id))) return [];
  const known = idsOf("docker:index/container:Container");
  return there.containers.filter(({ id }) => !known.has(id));
}

async function listed(stack: string): Promise<readonly Listed[]> {
  const { stdout } = await $({
    quiet: true,
  })`docker ps --all --no-trunc --filter ${filterOf(stack)} --format ${"{{.ID}} {{.Names}}"}`;
  return wordsOf(stdout).map(([id = "", name = ""]) => ({ id, name }));
}

async function networkIds(stack: string): Promise<readonly string[]> {
  const { stdout } = await $({
    quiet: true,
  })`docker network ls --no-trunc --quiet --filter ${filterOf(stack)}`;
  return wordsOf(stdout).map(([id = ""]) => id);
}

function filterOf(stack: string): string {
  return `label=${STACK_LABEL}=${stack}`;
}

function wordsOf(output: string): readonly (readonly string[])[] {
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "));
}
