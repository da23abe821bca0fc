import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Stack } from "@pulumi/pulumi/automation";

import { checkoutState, repositoryRoot } from "../lib/paths";
import { localBackend } from "../stack/backend";

/** Takes what the engine prints. */
export type Print = (text: string) => void;

/** What an operation of the engine is told. */
export interface OperationOptions {
  readonly print: Print;
  /** Ends it gently: what is being made is finished, nothing else is begun. */
  readonly signal?: AbortSignal;
}

/**
 * One ephemeral stack under the engine. Its folder is a Pulumi project whose program is this
 * checkout's, so that nothing of it lies anywhere else.
 */
export class EphemeralEngine {
  private constructor(
    private readonly stack: Stack,
    /** In which `pulumi`, run in {@link folder}, finds the stack. */
    readonly environment: Readonly<Record<string, string>>,
    readonly folder: string,
  ) {}

  /** @param settings text of the settings file; of a stack that is there already, undefined */
  static async open(
    name: string,
    folder: string,
    tools: Readonly<Record<string, string>>,
    settings?: string,
  ): Promise<EphemeralEngine> {
    if (settings !== undefined) {
      // The dev stack's secrets are opened by its own passphrase.
      const passphrase = path.join(checkoutState, "passphrase");
      await copyFile(passphrase, path.join(folder, "passphrase")).catch(() => undefined);
      await writeFile(settingsFile(folder, name), settings);
    }
    await writeFile(path.join(folder, "Pulumi.yaml"), projectFile(folder));
    const environment = { ...tools, ...(await localBackend(folder)) };
    // The Automation API looks for the engine where this process would.
    process.env.PATH = tools.PATH ?? process.env.PATH;
    // Loads all of the SDK, which the other commands do not need.
    const { LocalWorkspace, Stack } = await import("@pulumi/pulumi/automation/index.js");
    const workspace = await LocalWorkspace.create({ workDir: folder, envVars: environment });
    return new EphemeralEngine(await Stack.createOrSelect(name, workspace), environment, folder);
  }

  get settingsFile(): string {
    return settingsFile(this.folder, this.stack.name);
  }

  async up({ print, signal }: OperationOptions): Promise<void> {
    await this.stack.up({ onOutput: print, onError: print, color: "never", ...abort(signal) });
  }

  /** Takes away what the state knows, and the state. */
  async destroy({ print }: OperationOptions): Promise<void> {
    await this.stack.destroy({ onOutput: print, onError: print, color: "never" });
    await this.stack.workspace.removeStack(this.stack.name);
  }

  /** Forgets an update that was killed, whose lock would refuse every other. */
  async unlock(): Promise<void> {
    await this.stack.cancel();
  }

  /** Outputs that are no secrets. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const outputs = await this.stack.outputs();
    return Object.fromEntries(
      Object.entries(outputs).flatMap(([key, { value, secret }]) =>
        secret ? [] : [[key, value as unknown]],
      ),
    );
  }
}

function settingsFile(folder: string, name: string): string {
  return path.join(folder, `Pulumi.${name}.yaml`);
}

function projectFile(folder: string): string {
  const main = `${path.relative(folder, repositoryRoot)}/`;
  return `name: sightline\nruntime: nodejs\nmain: ${JSON.stringify(main)}\n`;
}

function abort(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
