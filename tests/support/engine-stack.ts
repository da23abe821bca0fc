import { type ChildProcess, spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { parse } from "yaml";
import { $ } from "zx";

import { SECRET_KEYS } from "../../configs/secrets";
import { parseSettings, type Settings } from "../../configs/settings/settings";
import { makeCredentials } from "../../tools/commands/credentials";
import { forgetHost } from "../../tools/hosts/gone-host";
import { repositoryRoot } from "../../tools/lib/paths";
import { lastSetup, type Setup } from "../../tools/setup/setup";
import { localBackend } from "../../tools/stack/backend";
import { changesInWords } from "../../tools/stack/changes-in-words";
import { recover } from "../../tools/stack/recover";
import { LocalStack } from "../../tools/stack/stack";
import { editStackFile, type SettingsEdit } from "../../tools/stack/stack-file";
import { update } from "../../tools/stack/update";
import { withCommandPlugin } from "./command-plugin/environment";
import type { Raw } from "./fixtures";

const UP = ["up", "--yes", "--skip-preview", "--non-interactive"];

/** One step of a preview: what would happen to which resource. */
export interface PlannedStep {
  readonly op: string;
  readonly urn: string;
}

export type WithPlugin = (
  environment: Readonly<Record<string, string>>,
) => Readonly<Record<string, string>>;

/** What a stack is made of. */
export interface EngineStackParts {
  readonly stack: LocalStack;
  readonly setup: Setup;
  /** Holds its state and its settings; {@link EngineStack.forget} removes it. */
  readonly folder: string;
}

/** A stack of its own under the real engine, with its state and settings in a temporary folder. */
export class EngineStack {
  protected readonly setup: Setup;
  protected readonly folder: string;
  private readonly stack: LocalStack;

  protected constructor(parts: EngineStackParts) {
    this.stack = parts.stack;
    this.setup = parts.setup;
    this.folder = parts.folder;
  }

  /**
   * Makes an empty stack of that name.
   *
   * @param withPlugin adds a plugin that not every stack needs to its environment @default none
   */
  protected static async prepare(
    name: string,
    withPlugin: WithPlugin = (environment) => environment,
  ): Promise<EngineStackParts> {
    const setup = await lastSetup();
    const folder = await mkdtemp(path.join(tmpdir(), `sightline-${name}-`));
    try {
      const file = path.join(folder, `Pulumi.${name}.yaml`);
      await copyFile(path.join(repositoryRoot, "tests", "support", "Pulumi.test.yaml"), file);
      const tools = withPlugin(withCommandPlugin(setup.environment));
      const environment = { ...tools, ...(await localBackend(folder)) };
      const stack = new LocalStack(name, environment, file);
      await stack.prepare(setup);
      return { setup, folder, stack };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get name(): string {
    return this.stack.name;
  }

  /** Whether this machine has an image of Grafana. */
  get hasGrafana(): boolean {
    return this.setup.hasGrafana;
  }

  /** By what a command beside this stack finds it, as `npm run ephemeral` tells its own. */
  get beside(): Readonly<Record<string, string>> {
    return { SIGHTLINE_STACK: this.name, SIGHTLINE_STACK_FILE: this.stack.file };
  }

  /** Changes settings; the next {@link up} deploys them. */
  async edit(edits: SettingsEdit): Promise<void> {
    await editStackFile(this.stack.file, edits);
  }

  /** The settings as the program reads them now. */
  async settings(): Promise<Settings> {
    return parseSettings(await this.rawSettings(), this.name);
  }

  /** The settings as they stand in the file, without secrets. */
  async rawSettings(): Promise<Raw> {
    const { config } = parse(await readFile(this.stack.file, "utf8")) as { config: object };
    return Object.fromEntries(
      Object.entries(config)
        .map(([key, value]: [string, unknown]) => [key.replace("sightline:", ""), value] as const)
        .filter(([key]) => !SECRET_KEYS.includes(key)),
    );
  }

  /** Works with another text of the settings' file, and puts the one before back. */
  async withFile<T>(change: (before: string) => string, work: () => Promise<T>): Promise<T> {
    const before = await readFile(this.stack.file, "utf8");
    try {
      await writeFile(this.stack.file, change(before));
      return await work();
    } finally {
      await writeFile(this.stack.file, before);
    }
  }

  /** Sets a secret setting; the next {@link up} deploys it. */
  async setSecret(key: string, value: string): Promise<void> {
    await this.stack.setSecret(key, value);
  }

  /** A secret setting, as it is before it is encrypted. */
  async secret(key: string): Promise<string> {
    return (await this.pulumi(["config", "get", "--path", key])).trim();
  }

  /** The state as the backend keeps it. */
  async state(): Promise<string> {
    return this.stack.exportState();
  }

  /** What `npm run credentials` does; the next {@link up} deploys it. */
  async makeCredentials(): Promise<void> {
    await makeCredentials(this.stack);
  }

  /** `pulumi up`. @throws with the engine's output when it fails */
  async up(): Promise<string> {
    return this.pulumi(UP);
  }

  /** Begins `pulumi up`, for whoever ends it; its output is not kept. */
  beginUp(): ChildProcess {
    const flags = ["--stack", this.name, "--config-file", this.stack.file];
    return spawn("pulumi", [...UP, ...flags], {
      cwd: repositoryRoot,
      env: { ...process.env, ...this.stack.environment },
      stdio: "ignore",
    });
  }

  /** What `npm run up` does first. */
  async recover(): Promise<readonly string[]> {
    return recover(this.stack);
  }

  /** What `npm run up` does then. @returns what it says beside the engine's words */
  async update(): Promise<string> {
    const said: string[] = [];
    await update(this.stack, (text) => said.push(text));
    return said.join("\n");
  }

  /** `pulumi preview`, in its own words. */
  async preview(): Promise<string> {
    return this.pulumi(["preview", "--non-interactive"]);
  }

  /** What `npm run preview` says of the settings in words. */
  async changesInWords(): Promise<string> {
    return changesInWords(this.stack);
  }

  /** Types of what the state holds. */
  async resourceTypes(): Promise<readonly string[]> {
    const { deployment } = JSON.parse(await this.pulumi(["stack", "export"])) as {
      deployment: { resources?: readonly { type: string }[] };
    };
    return (deployment.resources ?? []).map(({ type }) => type);
  }

  /** A text that a resource gave back, secret or not. */
  async outputOf(resource: string, output: string): Promise<string> {
    const { deployment } = JSON.parse(await this.pulumi(["stack", "export", "--show-secrets"])) as {
      deployment: { resources: readonly { urn: string; outputs?: Record<string, unknown> }[] };
    };
    const found = deployment.resources.find(({ urn }) => urn.endsWith(`::${resource}`));
    const value = found?.outputs?.[output];
    if (typeof value === "string") return value;
    const { plaintext } = (value ?? {}) as { readonly plaintext?: string };
    if (plaintext === undefined) throw new Error(`"${resource}" has no output "${output}"`);
    return String(JSON.parse(plaintext));
  }

  /** Every resource that `pulumi up` would touch now. */
  async plannedSteps(flags: readonly string[] = []): Promise<readonly PlannedStep[]> {
    const text = await this.pulumi(["preview", "--json", "--non-interactive", ...flags]);
    const { steps } = JSON.parse(text) as { steps: readonly PlannedStep[] };
    // "refresh" only says that Docker was asked; what it found different is a step of its own.
    const changes = steps.filter(({ op }) => op !== "same" && op !== "refresh");
    return changes.map(({ op, urn }) => ({ op, urn }));
  }

  /** Replaces the containers of some services, as a new image would. */
  async replace(services: readonly string[]): Promise<void> {
    const exported = JSON.parse(await this.pulumi(["stack", "export"])) as {
      deployment: { resources: readonly { urn: string }[] };
    };
    const urns = exported.deployment.resources.map(({ urn }) => urn);
    const replaced = services.map((service) =>
      urns.find((urn) => urn.endsWith(`::${service}-container`)),
    );
    const flags = replaced.flatMap((urn) => (urn ? ["--replace", urn] : []));
    await this.pulumi([...UP, ...flags]);
  }

  /** As `npm run node -- remove <host> --gone` does; the copy of the state goes with this stack. */
  async forgetHost(host: string): Promise<readonly string[]> {
    return forgetHost(this.stack, host, { folder: this.folder });
  }

  /** Puts another state in the place of this one, as an older version of the program left it. */
  async rewriteState(change: (before: string) => string): Promise<void> {
    await this.stack.importState(change(await this.stack.exportState()));
  }

  /** As docs/backup.md says where the hosts are lost: the settings stay, and the state is an empty one. */
  async beginAnew(): Promise<void> {
    await this.pulumi(["stack", "rm", "--force", "--yes", "--preserve-config"]);
    await this.stack.init();
  }

  async destroy(): Promise<string> {
    return this.pulumi(["destroy", "--yes", "--skip-preview", "--non-interactive"]);
  }

  /** Docker's name of one of this stack's containers. */
  container(service: string): string {
    return `${this.name}-${service}`;
  }

  /** Removes state and settings. */
  protected async forget(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async pulumi(words: readonly string[]): Promise<string> {
    const env = { ...process.env, ...this.stack.environment };
    // `pulumi stack …` knows no settings, nor does `cancel`.
    const settings = ["cancel", "stack"].includes(words[0] ?? "")
      ? []
      : ["--config-file", this.stack.file];
    const flags = ["--stack", this.name, ...settings];
    const result = await $({
      cwd: repositoryRoot,
      env,
      quiet: true,
      nothrow: true,
    })`pulumi ${words} ${flags}`;
    if (result.exitCode === 0) return result.stdout;
    throw new Error(`pulumi ${words.join(" ")} failed:\n${result.stdout}\n${result.stderr}`);
  }
}
