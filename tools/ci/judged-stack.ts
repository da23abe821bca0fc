import { $ } from "zx";

import { repositoryRoot } from "../lib/paths";
import { setUp } from "../setup/setup";
import { localBackend } from "../stack/backend";
import { policyPack } from "../stack/policy-pack";
import { LocalStack, stackFile } from "../stack/stack";
import { wantedImages } from "../stack/wanted-images";
import { preparePulumi } from "../toolchain/pulumi-home";

/** A stack that a check looks at and does not change. */
export interface JudgedStack {
  readonly name: string;
  readonly folder: string;
  /** Laid over the process's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The dev stack: it needs no account. */
const DEV = "dev";

/**
 * The stack that is meant: by its name, or the ephemeral one beside which this command runs, or dev.
 * A stack of another name is where the shell's environment says.
 */
export async function judgedStack(name: string | undefined): Promise<JudgedStack> {
  const { SIGHTLINE_STACK: beside, SIGHTLINE_STACK_FOLDER: folder } = process.env;
  if (name === undefined && beside !== undefined && folder !== undefined) {
    return { name: beside, folder, environment: {} };
  }
  if (name === undefined || name === DEV) return devStack();
  const { environment } = await preparePulumi();
  return { name, folder: repositoryRoot, environment };
}

async function devStack(): Promise<JudgedStack> {
  const setup = await setUp(await wantedImages(stackFile(DEV)));
  const environment = { ...setup.environment, ...(await localBackend()) };
  await new LocalStack(DEV, environment).prepare(setup);
  return { name: DEV, folder: repositoryRoot, environment };
}

/** What an update would change, judged by the policy pack. @returns pulumi's exit code */
export async function preview(stack: JudgedStack): Promise<number> {
  const tools = { ...onlyTexts(process.env), ...stack.environment };
  const { folder, environment } = await policyPack(tools);
  const words = ["--diff", "--policy-pack", folder];
  return pulumiPreview({ ...stack, environment: { ...tools, ...environment } }, words);
}

/** Whether what is deployed is what the program says. @returns pulumi's exit code: 0 where it is */
export async function drift(stack: JudgedStack): Promise<number> {
  return pulumiPreview(stack, ["--refresh", "--expect-no-changes"]);
}

async function pulumiPreview(stack: JudgedStack, words: readonly string[]): Promise<number> {
  const run = $({
    cwd: stack.folder,
    env: { ...process.env, ...stack.environment },
    stdio: "inherit",
    nothrow: true,
  });
  const flags = [...words, "--stack", stack.name, "--non-interactive"];
  return (await run`pulumi preview ${flags}`).exitCode ?? 1;
}

function onlyTexts(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}
