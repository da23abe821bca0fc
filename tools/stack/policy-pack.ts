import { chmod, cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { checkoutState, repositoryRoot } from "../lib/paths";
import { resolveTool } from "../toolchain/resolve-tool";

/** What a preview needs to judge by the policy pack. */
export interface PolicyPack {
  readonly folder: string;
  /** To be laid over the environment of the preview. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A language that no language host knows, so that the engine looks for a program to run the pack. */
const RUNTIME = "sightline";

const RUNNER = `#!/bin/sh
exec node "$(node -p 'require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [process.cwd()] })')" "$@"
`;

/**
 * The policy pack of this repository, fit for the engine of this machine.
 *
 * @param tools environment of the set-up
 */
export async function policyPack(tools: Readonly<Record<string, string>>): Promise<PolicyPack> {
  const folder = path.join(repositoryRoot, "policy");
  if (await canRunPacks(tools)) return { folder, environment: {} };
  return packWithRunner(folder, path.join(checkoutState, "policy"), tools);
}

/** The makers' language host runs packs; that of the Go module proxy is older and does not. */
async function canRunPacks({ PULUMI_HOME }: Readonly<Record<string, string>>): Promise<boolean> {
  // Without a home of our own, the engine is the user's with its own language host.
  if (PULUMI_HOME === undefined) return true;
  return (await resolveTool("pulumi-language-nodejs")).source === "official";
}

/** A copy of a pack that is run by the SDK's own runner instead of the language host. */
export async function packWithRunner(
  folder: string,
  copy: string,
  { PATH = process.env.PATH ?? "" }: Readonly<Record<string, string>>,
): Promise<PolicyPack> {
  const bin = path.join(copy, "bin");
  const runner = path.join(bin, `pulumi-analyzer-policy-${RUNTIME}`);
  await mkdir(bin, { recursive: true });
  await cp(folder, copy, { recursive: true });
  await writeFile(path.join(copy, "PulumiPolicy.yaml"), `runtime: ${RUNTIME}\nmain: index.ts\n`);
  await writeFile(runner, RUNNER);
  await chmod(runner, 0o755);
  return { folder: copy, environment: { PATH: `${bin}${path.delimiter}${PATH}` } };
}
