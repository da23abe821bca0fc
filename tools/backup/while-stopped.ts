import { setTimeout as sleep } from "node:timers/promises";

import type { Docker } from "./docker-on";
import type { Stopped } from "./plan";

/** How long servers were away, in milliseconds. */
export interface Gap {
  /** From the order to stop until they run again. */
  readonly stoppedMs: number;
  /** From the order to stop until they answer again. */
  readonly awayMs: number;
}

/** A Prometheus reads a log of hours before it answers. */
const HEALTHY_MS = 5 * 60_000;
const RESTARTS = 3;
const POLL_MS = 250;

/**
 * Stops containers, works, and starts them again in the opposite order, whatever happens.
 *
 * @param signal what is under way is finished all the same; only their health is not waited for
 */
export async function whileStopped(
  docker: Docker,
  servers: readonly Stopped[],
  work: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<Gap> {
  const startMs = Date.now();
  const names = servers.map(({ container }) => container);
  try {
    // Each has a time of its own until it is killed.
    for (const name of names) await docker(["stop", name]);
    signal?.throwIfAborted();
    await work();
  } finally {
    await docker(["start", ...names.toReversed()]);
  }
  const stoppedMs = Date.now() - startMs;
  for (const server of servers.toReversed()) await untilHealthy(docker, server, signal);
  return { stoppedMs, awayMs: Date.now() - startMs };
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
    // Docker starts it again each time that it ends: it would not get better in five minutes.
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
