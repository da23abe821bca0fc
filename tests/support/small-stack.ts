import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import { repositoryRoot } from "../../tools/lib/paths";
import { lastSetup } from "../../tools/setup/setup";
import { localBackend } from "../../tools/stack/backend";
import type { WithPlugin } from "./engine-stack";

export interface SmallStackArgs {
  /** A file of JavaScript; it finds what is planned in `plan.json`. */
  readonly program: string;
  /** Makes the set-up's environment one with the plugin that the program needs. */
  readonly withPlugin: WithPlugin;
}

/** A stack under the real engine with nothing but what a plan says; its program knows how to read it. */
export class SmallStack<Plan> {
  private constructor(
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  static async create<Plan>({ program, withPlugin }: SmallStackArgs): Promise<SmallStack<Plan>> {
    const { environment } = await lastSetup();
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-small-"));
    const own = { ...withPlugin(environment), ...(await localBackend(folder)) };
    const stack = new SmallStack<Plan>(folder, { ...process.env, ...own });
    await copyFile(program, path.join(folder, "index.js"));
    await symlink(path.join(repositoryRoot, "node_modules"), path.join(folder, "node_modules"));
    await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
    await writeFile(path.join(folder, "Pulumi.yaml"), "name: small\nruntime: nodejs\n");
    await stack.pulumi(["stack", "init", "small"]);
    return stack;
  }

  /** @throws with what the engine printed when it fails */
  async up(plan: Plan): Promise<string> {
    await this.write(plan);
    return this.pulumi(["up", "--yes", "--skip-preview"]);
  }

  /** @throws with what the engine printed when it refuses */
  async preview(plan: Plan, flags: readonly string[] = []): Promise<string> {
    await this.write(plan);
    return this.pulumi(["preview", "--diff", ...flags]);
  }

  /**
   * @param more words for the engine, `--refresh` to read anew what there is. @default none
   * @throws when an update would change anything
   */
  async expectNoChanges(more: readonly string[] = []): Promise<void> {
    await this.pulumi(["preview", "--expect-no-changes", ...more]);
  }

  /** Reads anew what there is. @throws when it is not what the state says */
  async refresh(): Promise<void> {
    await this.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
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

  private async write(plan: Plan): Promise<void> {
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
