import { setTimeout as sleep } from "node:timers/promises";

import type { HostName } from "../../configs/placement";
import type { Settings } from "../../configs/settings/settings";
import { type Docker, dockerLine, dockerOn, shellOn, type Streams } from "./docker-on";
import type { Stopped } from "./plan";

/** Servers of one host, and what is done while they are stopped. */
export interface Pause {
  readonly settings: Settings;
  readonly host: HostName;
  /** In the order in which they are stopped. */
  readonly servers: readonly Stopped[];
  /** Words of `docker`. */
  readonly work: readonly string[];
  readonly stdout?: Streams["stdout"];
  /** Ends the work early, so that the servers are started. */
  readonly end?: { readonly signal: AbortSignal; readonly work: () => Promise<unknown> };
}

/** How long servers were away, in milliseconds. */
export interface Gap {
  /** From the order to stop until they run again. */
  readonly stoppedMs: number;
  /** From the order to stop until they answer again. */
  readonly awayMs: number;
}

/** A Prometheus reads a log of hours before it answers. */
const HEALTHY_MS = 5 * 60_000;
/** Docker starts what ends again: one that does so as often will not stay. */
const RESTARTS = 3;
const POLL_MS = 250;

/**
 * Stops containers, works, starts them again in the opposite order, and waits until they answer.
 *
 * @throws Error with what failed; then they were started all the same, and are not waited for
 */
export async function whileStopped(pause: Pause): Promise<Gap> {
  const { settings, host, servers, stdout, end } = pause;
  end?.signal.throwIfAborted();
  const startMs = Date.now();
  const running = shellOn(settings, host)(pauseScript(pause), stdout ? { stdout } : {});
  await untilEnded(running, pause);
  const stoppedMs = Date.now() - startMs;
  const docker = dockerOn(settings, host);
  for (const server of servers.toReversed()) await untilHealthy(docker, server, end?.signal);
  return { stoppedMs, awayMs: Date.now() - startMs };
}

/**
 * One script on the host itself, which no signal ends: also where this process is killed, or the way to the
 * host is cut, the servers are started.
 */
export function pauseScript({ servers, work }: Pick<Pause, "servers" | "work">): string {
  const names = servers.map(({ container }) => container);
  return [
    "trap '' HUP INT TERM PIPE",
    [...names.map((name) => `${dockerLine(["stop", name])} >/dev/null`), dockerLine(work)]
      .map((line) => `${line} </dev/null`)
      .join(" && "),
    "status=$?",
    `${dockerLine(["start", ...names.toReversed()])} </dev/null >/dev/null || status=$?`,
    "exit $status",
  ].join("\n");
}

/** Again and again, because the work may not have begun. */
async function endEarly(running: Promise<unknown>, { signal, work }: NonNullable<Pause["end"]>) {
  const over = running.then(
    () => true,
    () => true,
  );
  const aborted = new Promise<boolean>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve(false);
    });
  });
  let isOver = await Promise.race([over, aborted]);
  while (!isOver) {
    await work().catch(() => undefined);
    isOver = await Promise.race([over, sleep(POLL_MS, false)]);
  }
}

/** Work that was ended fails; that the servers run again is what counts then. */
async function untilEnded(running: Promise<unknown>, pause: Pause): Promise<void> {
  const { settings, host, servers, end } = pause;
  try {
    await Promise.all([running, ...(end ? [endEarly(running, end)] : [])]);
  } catch (error) {
    if (!end?.signal.aborted) throw error;
    for (const { container } of servers) {
      const words = ["inspect", "--format", "{{.State.Running}}", container];
      if ((await dockerOn(settings, host)(words)) !== "true") throw error;
    }
  }
  end?.signal.throwIfAborted();
}

/** Asks inside the container what Docker asks there, and does not wait for its next turn. */
export async function untilHealthy(
  docker: Docker,
  { container, health }: Stopped,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + HEALTHY_MS;
  for (;;) {
    const last = await docker(["exec", container, ...health]).then(
      () => undefined,
      (error: unknown) => error,
    );
    signal?.throwIfAborted();
    if (last === undefined) return;
    const restarts = Number(await docker(["inspect", "--format", "{{.RestartCount}}", container]));
    if (restarts >= RESTARTS) {
      throw new Error(`${container} ended ${restarts} times. Fix: docker logs ${container}`);
    }
    if (Date.now() > deadline) {
      const minutes = HEALTHY_MS / 60_000;
      throw new Error(`${container} does not answer after ${minutes} minutes`, { cause: last });
    }
    await sleep(POLL_MS);
  }
}
