import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
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
import { LocalStack } from "../../tools/stack/stack";
import { editStackFile, type SettingsEdit } from "../../tools/stack/stack-file";
import { withCommandPlugin } from "./command-plugin/environment";

/** One step of a preview: what would happen to which resource. */
export interface PlannedStep {
  readonly op: string;
  readonly urn: string;
}

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

  /** Makes an empty stack of that name. */
  protected static async prepare(name: string): Promise<EngineStackParts> {
    const setup = await lastSetup();
    const folder = await mkdtemp(path.join(tmpdir(), `sightline-${name}-`));
    try {
      const file = path.join(folder, `Pulumi.${name}.yaml`);
      await copyFile(path.join(repositoryRoot, "tests", "support", "Pulumi.test.yaml"), file);
      const tools = withCommandPlugin(setup.environment);
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

  /** Changes settings; the next {@link up} deploys them. */
  async edit(edits: SettingsEdit): Promise<void> {
    await editStackFile(this.stack.file, edits);
  }

  /** The settings as the program reads them now. */
  async settings(): Promise<Settings> {
    const { config } = parse(await readFile(this.stack.file, "utf8")) as { config: object };
    const plain = Object.entries(config)
      .map(([key, value]: [string, unknown]) => [key.replace("sightline:", ""), value] as const)
      .filter(([key]) => !SECRET_KEYS.includes(key));
    return parseSettings(Object.fromEntries(plain), this.name);
  }

  /** Sets a secret setting; the next {@link up} deploys it. */
  async setSecret(key: string, value: string): Promise<void> {
    await this.pulumi(["config", "set", "--secret", key], { input: value });
  }

  /** What `npm run credentials` does; the next {@link up} deploys it. */
  async makeCredentials(): Promise<void> {
    await makeCredentials(this.stack);
  }

  /** `pulumi up`. @throws with the engine's output when it fails */
  async up(): Promise<string> {
    return this.pulumi(["up", "--yes", "--skip-preview", "--non-interactive"]);
  }

  /** `pulumi preview`, in its own words. */
  async preview(): Promise<string> {
    return this.pulumi(["preview", "--non-interactive"]);
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
    await this.pulumi(["up", "--yes", "--skip-preview", "--non-interactive", ...flags]);
  }

  /** As `npm run node -- remove <host> --gone` does; the copy of the state goes with this stack. */
  async forgetHost(host: string): Promise<readonly string[]> {
    return forgetHost(this.stack, host, { folder: this.folder });
  }

  /** Puts another state in the place of this one, as an older version of the program left it. */
  async rewriteState(change: (before: string) => string): Promise<void> {
    await this.stack.importState(change(await this.stack.exportState()));
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

  private async pulumi(
    words: readonly string[],
    options: { readonly input?: string } = {},
  ): Promise<string> {
    const env = { ...process.env, ...this.stack.environment };
    // `pulumi stack …` knows no settings.
    const settings = words[0] === "stack" ? [] : ["--config-file", this.stack.file];
    const flags = ["--stack", this.name, ...settings];
    const result = await $({
      cwd: repositoryRoot,
      env,
      quiet: true,
      nothrow: true,
      ...options,
    })`pulumi ${words} ${flags}`;
    if (result.exitCode === 0) return result.stdout;
    throw new Error(`pulumi ${words.join(" ")} failed:\n${result.stdout}\n${result.stderr}`);
  }
}
