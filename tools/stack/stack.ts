import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

import { repositoryRoot } from "../lib/paths";
import type { Setup } from "../setup/setup";
import { newSecret } from "./backend";
import type { Config, PastUpdate } from "./pulumi-config";
import { editStackFile, readStackFile, removeEncryption } from "./stack-file";

const PASSWORD_KEY = "sightline:grafanaAdminPassword";
/** What the set-up writes into a stack's settings, and takes out again. */
const OWN_KEYS = ["sightline:images", "sightline:grafana", PASSWORD_KEY];

/** Where a stack's settings are, unless it brings a file of its own. */
export function stackFile(stack: string): string {
  return path.join(repositoryRoot, `Pulumi.${stack}.yaml`);
}

/** A stack of this program, driven by the real `pulumi` command. */
export class LocalStack {
  /**
   * @param name the stack
   * @param environment where its state is and how it is encrypted, laid over the process's own
   * @param file its settings
   */
  constructor(
    readonly name: string,
    readonly environment: Readonly<Record<string, string>>,
    readonly file = stackFile(name),
  ) {}

  /** Makes the stack where it is new, and writes what this machine must add to its settings. */
  async prepare(setup: Setup): Promise<void> {
    if (!(await this.exists())) await this.init();
    const { images, hasGrafana } = setup;
    await editStackFile(this.file, {
      "sightline:images": Object.keys(images).length > 0 ? images : undefined,
      ...(hasGrafana ? {} : { "sightline:grafana": { enabled: false } }),
    });
    if (hasGrafana && (await readStackFile(this.file, PASSWORD_KEY)) === undefined) {
      await this.setSecret(PASSWORD_KEY, newSecret());
    }
  }

  /**
   * Puts a secret into the settings, encrypted. It goes by standard input: arguments can be seen.
   *
   * @param key a dotted rest reaches into a group of secrets
   */
  async setSecret(key: string, value: string): Promise<void> {
    const words = ["config", "set", "--secret", "--path", key];
    await this.pulumi([...words, ...this.flags()], { input: value });
  }

  /**
   * Makes it, with an empty state. `stack init` knows no --config-file: it leaves a file in the project that
   * is not ours.
   */
  async init(): Promise<void> {
    const projectFile = stackFile(this.name);
    await this.run(["stack", "init", this.name]);
    if (projectFile !== this.file) await rm(projectFile, { force: true });
  }

  /** Password of Grafana's admin, where there is a Grafana. */
  async grafanaPassword(): Promise<string | undefined> {
    return this.secret(PASSWORD_KEY);
  }

  /** A secret of the settings, in plain text; undefined where it is not set. */
  async secret(key: string): Promise<string | undefined> {
    if ((await readStackFile(this.file, key)) === undefined) return undefined;
    const { stdout } = await this.pulumi(["config", "get", key, ...this.flags()]);
    return stdout.trim();
  }

  /**
   * Runs `pulumi <words>` for this stack with the terminal as its own.
   *
   * @throws Error without pulumi's words, which stand on the terminal already
   */
  async run(words: readonly string[]): Promise<void> {
    const flags = words[0] === "stack" ? [] : this.flags();
    const { exitCode } = await this.pulumi([...words, ...flags], { stdio: "inherit" }).nothrow();
    if (exitCode !== 0) {
      const command = words.slice(0, 2).join(" ");
      throw new Error(`pulumi ${command} ended with ${exitCode}; the reason stands above`);
    }
  }

  /** The stack's outputs as of its last update. */
  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.pulumi(["stack", "output", "--json", "--stack", this.name]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** The state as the backend keeps it, its secrets encrypted. */
  async exportState(): Promise<string> {
    return (await this.pulumi(["stack", "export", "--stack", this.name])).stdout;
  }

  /** The last updates, newest first, each with the settings it had, secrets in plain text. */
  async history(): Promise<readonly PastUpdate[]> {
    const words = ["stack", "history", "--json", "--show-secrets", "--page-size", "10"];
    const { stdout } = await this.pulumi([...words, "--stack", this.name]);
    return JSON.parse(stdout) as readonly PastUpdate[];
  }

  /** The settings of now, secrets in plain text. */
  async config(): Promise<Config> {
    const { stdout } = await this.pulumi(["config", "--json", "--show-secrets", ...this.flags()]);
    return JSON.parse(stdout) as Config;
  }

  /** Puts another state in the place of this one; one that is not whole is refused. */
  async importState(text: string): Promise<void> {
    await this.pulumi(["stack", "import", "--stack", this.name], { input: text });
  }

  /** Takes away the lock of an update that died. */
  async unlock(): Promise<void> {
    await this.pulumi(["cancel", "--yes", "--stack", this.name]);
  }

  /** Forgets the stack, and takes out of its settings what {@link prepare} put in. */
  async remove(): Promise<void> {
    await this.pulumi(["stack", "rm", "--yes", "--preserve-config", this.name]);
    await editStackFile(this.file, Object.fromEntries(OWN_KEYS.map((key) => [key, undefined])));
    await removeEncryption(this.file);
  }

  /** Whether the backend knows the stack. */
  async exists(): Promise<boolean> {
    const { stdout } = await this.pulumi(["stack", "ls", "--json"]);
    const stacks = JSON.parse(stdout) as readonly { name: string }[];
    return stacks.some(({ name }) => name === this.name) && existsSync(this.file);
  }

  private flags(): readonly string[] {
    return ["--stack", this.name, "--config-file", this.file];
  }

  private pulumi(words: readonly string[], options: { stdio?: "inherit"; input?: string } = {}) {
    // Without it, the engine does not know --event-log.
    const env = { ...process.env, ...this.environment, PULUMI_DEBUG_COMMANDS: "true" };
    return $({ cwd: repositoryRoot, env, quiet: true, ...options })`pulumi ${words}`;
  }
}
