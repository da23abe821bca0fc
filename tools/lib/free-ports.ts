import { randomInt } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";

/**
 * Below those that systems give to whoever asks for any port. One of those would be free now and another's
 * when it is needed: the engine and its plugins take some at each start.
 */
const FIRST = 20_000;
const LAST = 32_767;
const TRIES = 100;

/**
 * Ports of the loopback that nobody listens on: whatever else runs here, stacks do not collide.
 *
 * @throws Error where none is found
 */
export async function freePorts<Name extends string>(
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const held: Server[] = [];
  try {
    // All are held until the last is found, or one could be found twice.
    while (held.length < names.length) held.push(await holdOne());
    const ports = held.map((server) => (server.address() as AddressInfo).port);
    return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as Record<
      Name,
      number
    >;
  } finally {
    await Promise.all(held.map((server) => once(server.close(), "close")));
  }
}

async function holdOne(): Promise<Server> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const server = createServer().listen(randomInt(FIRST, LAST + 1), "127.0.0.1");
    try {
      await once(server, "listening");
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  throw new Error(`no free port of 127.0.0.1 from ${FIRST} to ${LAST} in ${TRIES} tries`);
}
