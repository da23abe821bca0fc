import { once } from "node:events";
import { createServer } from "node:net";

import { freePorts } from "../../../../tools/lib/free-ports";

const NAMES = Array.from({ length: 40 }, (_, index) => `port-${index}`);

test("free ports are each another, and none that a system gives to whoever asks for any", async () => {
  const ports = Object.values(await freePorts(NAMES));
  expect(new Set(ports).size).toBe(NAMES.length);
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(20_000);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

test("free ports can be listened on at once", async () => {
  const { port } = await freePorts(["port"]);
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  await once(server.close(), "close");
});
