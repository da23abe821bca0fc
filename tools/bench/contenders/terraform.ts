import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { onPath } from "../../toolchain/path-source";
import { resolveTool } from "../../toolchain/resolve-tool";
import { platform } from "../../toolchain/source";
import type { BenchStack } from "../bench-stack";
import type { Ended } from "../commands";
import { PROVIDER } from "../terraform-json";
import type { Contender } from "./contender";
import type { Variants } from "./variants";

const NAMES = ["terraform", "tofu"];

/**
 * Terraform, or OpenTofu where only that is there, with the provider that @pulumi/docker is made of.
 * It is given the resources of the stack as a configuration.
 *
 * @returns why not, in words, where there is neither
 */
export async function terraformContender(
  stack: BenchStack,
  variants: (version: string) => Variants<string>,
): Promise<Contender | string> {
  const found = await Promise.all(NAMES.map(onPath));
  const index = found.findIndex((one) => one !== undefined);
  const program = found[index];
  if (program === undefined) return "neither Terraform nor OpenTofu is on PATH";
  const onProgress = stack.commands.report;
  const provider = await resolveTool("terraform-provider-docker", { onProgress });
  const folder = await stack.scratch("terraform");
  const environment = await mirror(folder, provider);
  const run = (words: readonly string[]): Promise<Ended> =>
    stack.commands.run([program, ...words], { folder, environment });
  const seconds = async (...words: readonly string[]) =>
    (await run([...words, "-input=false", "-no-color"])).seconds;
  const { before, after } = variants(provider.version);
  const write = (text: string) =>
    writeFile(path.join(folder, "main.tf.json"), text, { mode: 0o600 });
  await write(before);
  await run(["init", "-input=false", "-no-color"]);
  const { terraform_version: version } = JSON.parse((await run(["version", "-json"])).stdout) as {
    readonly terraform_version: string;
  };
  const apply = () => seconds("apply", "-auto-approve", "-refresh=false");
  return {
    name: `${index === 0 ? "Terraform" : "OpenTofu"} ${version}`,
    steps: {
      "up from nothing": async () => {
        await write(before);
        return apply();
      },
      "preview, nothing changed": () => seconds("plan", "-refresh=false"),
      "preview with refresh, nothing changed": () => seconds("plan"),
      "up, nothing changed": apply,
      "up after one edit": async () => {
        await write(after);
        return apply();
      },
      destroy: () => seconds("destroy", "-auto-approve", "-refresh=false"),
    },
  };
}

/** A folder from which the provider is installed as if it were downloaded. */
async function mirror(
  folder: string,
  provider: { readonly path: string; readonly version: string },
): Promise<Readonly<Record<string, string>>> {
  const { version } = provider;
  const root = path.join(folder, "mirror");
  const place = path.join(root, PROVIDER, version, platform().replace("-", "_"));
  await mkdir(place, { recursive: true });
  await copyFile(provider.path, path.join(place, `terraform-provider-docker_v${version}`));
  const file = path.join(folder, "terraform.rc");
  await writeFile(file, `provider_installation {\n  filesystem_mirror { path = "${root}" }\n}\n`);
  // Checkpoint asks for newer releases; Pulumi is not asked to either.
  return { TF_CLI_CONFIG_FILE: file, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" };
}
