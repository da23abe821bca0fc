import type { ChildProcess } from "node:child_process";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const GRACE_MS = 10_000;

/**
 * The wish to end early: by a signal, or because the time is over. From the first one on, signals
 * end this process no more: what was made is taken away first.
 */
export class Stop {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private child: ChildProcess | undefined;
  private code: number | undefined;

  /** @param lifeMs time after which it comes by itself @default never */
  constructor(
    private readonly say: (text: string) => void,
    lifeMs?: number,
  ) {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
    if (lifeMs !== undefined) {
      this.timer = setTimeout(() => {
        this.begin("SIGTERM", 124, "its time is over");
      }, lifeMs);
    }
  }

  /** Aborted when it comes. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Exit code of what was ended early, as shells have it; undefined while nothing was. */
  exitCode(): number | undefined {
    return this.code;
  }

  /** Passes the wish on to a command, and ends it by force when it does not follow. */
  passTo(child: ChildProcess): void {
    this.child = child;
  }

  /** Signals do again what they always do. */
  release(): void {
    clearTimeout(this.timer);
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }

  private readonly onSignal = (signal: (typeof SIGNALS)[number]) => {
    this.begin(signal, { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal], signal);
  };

  private begin(signal: NodeJS.Signals, code: number, why: string): void {
    // npm and a terminal both send it: one wish comes several times.
    if (this.code !== undefined) return;
    this.code = code;
    this.say(`\n${why}: everything is taken away`);
    this.controller.abort();
    const { child } = this;
    child?.kill(signal);
    setTimeout(() => child?.kill("SIGKILL"), GRACE_MS).unref();
  }
}
