import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

import { KEEPER_IMAGE } from "../../configs/keeper";
import type { Settings } from "../../configs/settings/settings";
import { type Docker, dockerLine, dockerOn, shellCommand, start, type Streams } from "./docker-on";
import type { KeptVolume } from "./plan";

const SCRIPT = readFileSync(path.join(__dirname, "volume.sh"), "utf8");

/** What volume.sh knows to do. */
export type Task =
  | "room"
  | "aside"
  | "copy"
  | "send"
  | "send-all"
  | "receive"
  | "swap"
  | "undo"
  | "commit"
  | "clean";

/** Whatever the server's user made must be read, and made again with its owner and mode. */
const CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"];

/** What space there is where a volume is, in bytes. */
export interface Room {
  readonly usedBytes: number;
  readonly freeBytes: number;
}

/**
 * A throw-away container beside a server's, of the image that every host of a stack has: the keeper's. It
 * ends with this process, however that ends, because it reads from it; so a second command on the same
 * volume is refused its name only while the first one lives.
 */
export class VolumeHelper {
  private constructor(
    private readonly docker: Docker,
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {}

  /** @throws Error where another backup or restore has the volume */
  static async open(settings: Settings, { host, volume }: KeptVolume): Promise<VolumeHelper> {
    const name = `${volume}-backup`;
    const options = [
      ...["run", "--rm", "--interactive", "--name", name, "--pull", "never", "--network", "none"],
      ...["--read-only", "--user", "0:0", "--security-opt", "no-new-privileges"],
      ...["--cap-drop", "ALL", ...CAPABILITIES.flatMap((one) => ["--cap-add", one])],
      ...["--volume", `${volume}:/volume`, "--entrypoint", "sh"],
      settings.images.keeper ?? KEEPER_IMAGE,
    ];
    const words = [...options, "-c", "echo there; exec cat >/dev/null"];
    const child = start(shellCommand(settings, host, `exec ${dockerLine(words)}`));
    const helper = new VolumeHelper(dockerOn(settings, host), name, child);
    await isThere(child, name);
    return helper;
  }

  /** Does one thing in the volume. @returns what was printed */
  async run(task: Task, streams: Streams = {}): Promise<string> {
    return this.docker(this.words(task, streams.stdin !== undefined), streams);
  }

  /** What makes `docker` do one thing in the volume. */
  words(task: Task, readsInput = false): readonly string[] {
    const attached = readsInput ? ["--interactive"] : [];
    return ["exec", ...attached, this.name, "sh", "-c", SCRIPT, "volume", task];
  }

  async room(): Promise<Room> {
    const [used = 0, free = 0] = (await this.run("room")).split("\n").map(Number);
    return { usedBytes: used * 1_024, freeBytes: free * 1_024 };
  }

  /** Takes the container away, with whatever still runs in it. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("close", resolve));
    this.child.stdin?.end();
    await ended;
  }
}

async function isThere(child: ReturnType<typeof start>, name: string): Promise<void> {
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += String(chunk)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => {
      resolve();
    });
    child.once("error", reject).once("close", () => {
      const isTaken = said.includes("already in use");
      const why = isTaken ? "another backup or restore has it; wait for its end" : said.trim();
      reject(new Error(`${name} cannot be started: ${why}`));
    });
  });
}
