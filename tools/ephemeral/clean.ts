import { rm } from "node:fs/promises";
import path from "node:path";

import { STACK_LABEL } from "../../configs/labels";
import { stopSite } from "../../examples/website/lifecycle";
import { namesInDocker, removeFromDocker } from "../lib/docker-cleanup";
import { isAlive } from "../lib/processes";
import { reasonOf } from "../lib/setup-error";
import { localBackend } from "../stack/backend";
import { endOrphans } from "../stack/orphans";
import { EphemeralEngine, type Print } from "./engine";
import { ephemeralNames, fateOf, homeOf, ownerOf } from "./home";
import { endEngines, lockHolders } from "./locks";
import { projectOf } from "./settings";

/** What a removal is told. */
export interface Removal {
  /** Environment in which `pulumi` works. */
  readonly tools: Readonly<Record<string, string>>;
  readonly print: Print;
}

/**
 * Takes one ephemeral stack away, however far it came: by its state, then by its label what no state
 * knows, then its example site and its folder. Nothing of another name is touched.
 *
 * @throws Error with what is left
 */
export async function removeEphemeral(name: string, { tools, print }: Removal): Promise<void> {
  await checkIsEphemeral(name);
  const home = homeOf(name);
  await endEngines(home);
  const { PULUMI_BACKEND_URL: backend = "" } = await localBackend(home);
  await endOrphans(backend);
  await destroyByState(name, { tools, print });
  const label = `label=${STACK_LABEL}=${name}`;
  const unknown = await namesInDocker(label);
  if (unknown.length > 0) print(`not in the state, by label: ${unknown.join(", ")}\n`);
  await removeFromDocker(label);
  await stopSite({ project: projectOf(name), logDir: siteLogs(home), detach: true });
  await rm(home, { recursive: true, force: true });
}

/** Where the example site of an ephemeral stack writes its logs. */
export function siteLogs(home: string): string {
  return path.join(home, "logs");
}

/**
 * Takes away what nobody needs any more: of runs that were killed, and whose time is over.
 *
 * @param print also told what stays, and why
 * @throws Error with every stack that could not be taken away
 */
export async function sweep({ tools, print }: Removal): Promise<void> {
  const failed: string[] = [];
  for (const name of await ephemeralNames()) {
    const fate = fateOf(await ownerOf(name), Date.now(), isAlive);
    if (fate === "running" || fate === "kept") {
      print(`${name}: ${fate}; to take it away: npm run ephemeral -- --clean ${name}\n`);
      continue;
    }
    print(`${name}: ${fate}, is taken away\n`);
    await removeEphemeral(name, { tools, print }).catch((error: unknown) => {
      failed.push(`${name}: ${reasonOf(error)}`);
    });
  }
  if (failed.length > 0) throw new Error(failed.join("\n"));
}

/** The label alone would let a stack be taken away that is somebody's only one. */
async function checkIsEphemeral(name: string): Promise<void> {
  const names = await ephemeralNames();
  if (names.includes(name)) return;
  const known = names.length > 0 ? `one of ${names.join(", ")}` : "none is there";
  throw new Error(`--clean: must be the name of an ephemeral stack; got "${name}". Fix: ${known}`);
}

/** What the engine cannot take away, the label finds; so its failure is told, and is no end. */
async function destroyByState(name: string, { tools, print }: Removal): Promise<void> {
  const home = homeOf(name);
  try {
    const engine = await EphemeralEngine.open(name, home, tools);
    if ((await lockHolders(home)).length > 0) await engine.unlock();
    await engine.destroy({ print });
  } catch (error) {
    print(`the engine could not take ${name} away: ${reasonOf(error)}\n`);
  }
}
