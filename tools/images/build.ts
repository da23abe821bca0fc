import { randomUUID } from "node:crypto";
import { copyFile, link, writeFile } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import { elapsed } from "../lib/duration";
import type { Report } from "../lib/progress";
import { SetupError } from "../lib/setup-error";
import type { ResolvedTool, ToolName } from "../toolchain/resolve-tool";
import { appendFolders } from "./archive";
import { contentHash, hashOf } from "./content-hash";
import { imageExists, OFFLINE_PREFIX } from "./docker-images";
import { contextName, FOLDERS_ARCHIVE, NODE_ARCHIVE, renderDockerfile } from "./dockerfile";
import { IMAGE_FACTS } from "./facts";
import { nodeArchive } from "./node-archive";
import { OFFICIAL_IMAGES, tagOf } from "./official";
import { type OfflineImageName, RECIPES } from "./recipes";
import { withScratch } from "./scratch";

/** Bump when the way of building changes, so that old images are not taken for new ones. */
const RECIPE = "1";

export interface BuildOptions {
  readonly name: OfflineImageName;
  /** The image that holds /roots. */
  readonly donor: string;
  /** The recipe's tools by name. */
  readonly tools: ReadonlyMap<ToolName, ResolvedTool>;
  readonly onProgress?: Report;
}

/**
 * Builds the stand-in for an official image, or finds it in the local Docker.
 * @returns Its reference, `sightline-offline/<name>:<official tag>-<hash>`.
 * @throws SetupError where Docker refuses, or the image cannot run its own program.
 */
export async function buildImage(options: BuildOptions): Promise<string> {
  const { name, onProgress } = options;
  const plan = await planImage(options);
  if (await imageExists(plan.reference)) return plan.reference;
  const start = Date.now();
  onProgress?.(`building the image ${name}`);
  await withScratch(name, async (context) => {
    await plan.fill(context);
    await dockerBuild(name, context, plan.reference);
  });
  onProgress?.(`built ${plan.reference} in ${elapsed(Date.now() - start)}`);
  return plan.reference;
}

/** What the image will be called, which depends on all that goes in, and how its context is made. */
export async function planImage({ name, donor, tools, onProgress }: BuildOptions) {
  const official = OFFICIAL_IMAGES[name];
  const recipe = RECIPES[name];
  const facts = IMAGE_FACTS[name];
  const dockerfile = renderDockerfile({ official, facts, recipe, donor });
  const node = recipe.node ? await nodeArchive(onProgress) : undefined;
  const hash = hashOf([
    RECIPE,
    dockerfile,
    JSON.stringify(facts.folders ?? []),
    ...(recipe.scripts ?? []).map(({ text }) => text),
    ...(await Promise.all([...tools.values()].map((tool) => contentHash(tool.path)))),
    node?.key ?? "",
  ]);
  const fill = async (context: string) => {
    await writeFile(path.join(context, "Dockerfile"), dockerfile);
    for (const { path: target, text } of recipe.scripts ?? []) {
      await writeFile(path.join(context, contextName(target)), text, { mode: 0o755 });
    }
    for (const { tool, path: target } of recipe.tools) {
      await placeTool(tools.get(tool), path.join(context, contextName(target)));
    }
    if (facts.folders) await appendFolders(path.join(context, FOLDERS_ARCHIVE), facts.folders);
    if (node) await node.write(path.join(context, NODE_ARCHIVE));
  };
  return { reference: `${OFFLINE_PREFIX}/${name}:${tagOf(official)}-${hash}`, fill };
}

/** A link where the file system allows it: the servers are large. */
async function placeTool(tool: ResolvedTool | undefined, target: string): Promise<void> {
  if (tool === undefined) throw new Error(`no tool was resolved for ${path.basename(target)}`);
  await link(tool.path, target).catch(() => copyFile(tool.path, target));
}

/** The final tag is set after the trial, so that a broken or half-made image never has it. */
async function dockerBuild(name: OfflineImageName, context: string, reference: string) {
  const run = $({ nothrow: true, quiet: true });
  const fail = (source: string, output: string) =>
    new SetupError({
      tool: `the image ${name}`,
      tried: [{ source, reason: output.trim().split("\n").slice(-6).join("\n") }],
      wayOut: `read the lines above; "docker system df" shows whether Docker's disk is full`,
    });
  const candidate = `${OFFLINE_PREFIX}/candidate:${randomUUID()}`;
  const built =
    await run`docker build --no-cache --network none --quiet --tag ${candidate} ${context}`;
  if (built.exitCode !== 0) throw fail("docker build", built.stderr);
  try {
    const [program = "", ...args] = RECIPES[name].trial;
    const hardened = ["--rm", "--network=none", "--read-only", "--cap-drop=ALL", "--tmpfs=/tmp"];
    const trial = await run`docker run ${hardened} --entrypoint ${program} ${candidate} ${args}`;
    if (trial.exitCode !== 0) throw fail(`trial run of ${program}`, trial.stderr || trial.stdout);
    await $({ quiet: true })`docker tag ${candidate} ${reference}`;
  } finally {
    await run`docker image rm ${candidate}`;
  }
}
