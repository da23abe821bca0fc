import { spawn } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

/** A command that has ended well. */
export interface Ended {
  readonly seconds: number;
  readonly stdout: string;
}

/** Where a command runs. */
export interface Place {
  readonly folder: string;
  /** Laid over this process's own. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How much of a failed command's output goes into the error. */
const LAST_WORDS = 3_000;

/** Runs commands and takes the time of each. Once ended, it interrupts the running one and begins no other. */
export class Commands {
  private readonly ended = new AbortController();

  /** Takes one line about each command. */
  constructor(readonly report: (line: string) => void) {}

  /** Aborted when everything shall end. */
  get signal(): AbortSignal {
    return this.ended.signal;
  }

  end(): void {
    this.ended.abort(new Error("ended early"));
  }

  /** Waits, unless it is ended. */
  async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.signal });
  }

  /** @throws Error with the end of what it printed when it fails */
  async run(words: readonly string[], { folder, environment = {} }: Place): Promise<Ended> {
    this.signal.throwIfAborted();
    const [program = "", ...args] = words;
    const start = performance.now();
    const env = { ...process.env, ...environment };
    const child = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    // Gently: Pulumi, Terraform and Compose finish what they are at, and write down what they have made.
    const interrupt = () => child.kill("SIGINT");
    this.signal.addEventListener("abort", interrupt);
    const output = { out: "", err: "" };
    child.stdout.on("data", (data: Buffer) => (output.out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output.err += data.toString()));
    const [code] = (await once(child, "close").finally(() => {
      this.signal.removeEventListener("abort", interrupt);
    })) as [number | null];
    const seconds = (performance.now() - start) / 1_000;
    this.signal.throwIfAborted();
    if (code === 0) return { seconds, stdout: output.out };
    const last = `${output.out}\n${output.err}`.trim().slice(-LAST_WORDS);
    throw new Error(`${words.slice(0, 3).join(" ")} ended with ${code}:\n${last}`);
  }
}
