import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import { repositoryRoot } from "../../../tools/lib/paths";
import { lastSetup } from "../../../tools/setup/setup";
import { localBackend } from "../../../tools/stack/backend";
import { withCommandPlugin } from "./environment";

export interface Planned {
  /** A class of the SDK, or a type by its token. */
  readonly kind: "local" | "remote" | "copy" | `command:${string}`;
  readonly name: string;
  /** `{ secret }` and `{ text }` stand for a secret and for a text asset. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A stack under the real engine with nothing but resources of the command plugin. */
export class SmallStack {
  private constructor(
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  static async create(): Promise<SmallStack> {
    const { environment } = await lastSetup();
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-command-"));
    const own = { ...withCommandPlugin(environment), ...(await localBackend(folder)) };
    const stack = new SmallStack(folder, { ...process.env, ...own });
    const program = path.join(__dirname, "program.mjs");
    await copyFile(program, path.join(folder, "index.js"));
    await symlink(path.join(repositoryRoot, "node_modules"), path.join(folder, "node_modules"));
    await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
    await writeFile(path.join(folder, "Pulumi.yaml"), "name: small\nruntime: nodejs\n");
    await stack.pulumi(["stack", "init", "small"]);
    return stack;
  }

  /** @throws with what the engine printed when it fails */
  async up(plan: readonly Planned[]): Promise<string> {
    await this.write(plan);
    return this.pulumi(["up", "--yes", "--skip-preview"]);
  }

  async preview(plan: readonly Planned[]): Promise<string> {
    await this.write(plan);
    return this.pulumi(["preview", "--diff"]);
  }

  async destroy(): Promise<string> {
    return this.pulumi(["destroy", "--yes", "--skip-preview"]);
  }

  /** The state file, as it lies on disk. */
  async state(): Promise<string> {
    return this.pulumi(["stack", "export"]);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async write(plan: readonly Planned[]): Promise<void> {
    await writeFile(path.join(this.folder, "plan.json"), JSON.stringify(plan));
  }

  private async pulumi(words: readonly string[]): Promise<string> {
    const shell = $({ cwd: this.folder, env: this.env, quiet: true, nothrow: true });
    const { exitCode, stdout, stderr } =
      await shell`pulumi ${words} --non-interactive ${words[1] === "init" ? [] : ["--stack", "small"]}`;
    if (exitCode === 0) return stdout;
    throw new Error(`pulumi ${words.join(" ")} failed:\n${stdout}\n${stderr}`);
  }
}
