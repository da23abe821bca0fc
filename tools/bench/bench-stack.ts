import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";

import { parseSettings, type Settings } from "../../configs/settings/settings";
import { quiet } from "../lib/quiet";
import { rawSettings } from "../stack/raw-settings";
import { editStackFile, type SettingsEdit } from "../stack/stack-file";
import type { Commands, Ended } from "./commands";

/** The ephemeral stack beside which the bench runs; see tools/ephemeral. */
export class BenchStack {
  /** False between a destroy and the next update. */
  isDeployed = true;
  /** False between an edit of its settings, or a destroy, and the next update. */
  private isUpToDate = true;

  private constructor(
    readonly commands: Commands,
    readonly name: string,
    readonly folder: string,
    readonly file: string,
  ) {}

  /** @throws Error where this process was not started beside one */
  static beside(commands: Commands): BenchStack {
    const [name, folder, file] = ["", "_FOLDER", "_FILE"].map(
      (end) => process.env[`SIGHTLINE_STACK${end}`],
    );
    if (!name || !folder || !file) throw new Error("there is no ephemeral stack to measure");
    return new BenchStack(commands, name, folder, file);
  }

  /** Runs `pulumi <words>` on it. */
  async pulumi(words: readonly string[], file?: string): Promise<Ended> {
    const flags = ["--stack", this.name, ...(file ? ["--config-file", file] : [])];
    const all = ["pulumi", ...words, "--non-interactive", "--color", "never", ...flags];
    return this.commands.run(all, { folder: this.folder });
  }

  /** Makes the stack what its settings say. */
  async up(): Promise<Ended> {
    const ended = await this.pulumi(["up", "--yes", "--skip-preview"]);
    this.isDeployed = true;
    this.isUpToDate = true;
    return ended;
  }

  /** The same, where an earlier item left it otherwise: each is spared an update that the next one makes. */
  async upToDate(): Promise<void> {
    if (!this.isUpToDate) await this.up();
  }

  async destroy(): Promise<Ended> {
    this.isDeployed = false;
    this.isUpToDate = false;
    return this.pulumi(["destroy", "--yes", "--skip-preview"]);
  }

  /** The state as Pulumi exports it, secrets in plain text. */
  async exported(): Promise<string> {
    return (await this.pulumi(["stack", "export", "--show-secrets"])).stdout;
  }

  /** Changes settings; the next update deploys them. */
  async edit(edits: SettingsEdit): Promise<void> {
    this.isUpToDate = false;
    await editStackFile(this.file, edits);
  }

  async settings(): Promise<Settings> {
    return parseSettings(rawSettings(await readFile(this.file, "utf8")), this.name);
  }

  /** Docker's name of one of its containers. */
  container(service: string): string {
    return `${this.name}-${service}`;
  }

  /** Where a container is asked at its address in the stack's internal network. */
  async internalUrl(container: string, port: number): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${this.container("data")}").IPAddress}}`;
    return `http://${await quiet`docker inspect --format ${format} ${container}`}:${port}`;
  }

  /** A folder for files of the bench, which is gone with the stack. */
  async scratch(name: string): Promise<string> {
    const folder = path.join(this.folder, "bench", name);
    await mkdir(folder, { recursive: true });
    return folder;
  }
}
