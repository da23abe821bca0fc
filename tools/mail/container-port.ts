import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

import { hostOf, type HostName } from "../../configs/placement";
import { quoted } from "../../configs/preflight/fact-script";
import { isLocal } from "../../configs/settings/host-rules";
import type { Settings } from "../../configs/settings/settings";
import { overSsh } from "../doctor/on-host";

/** A port in a container that has Node.js; the port need not be published. */
export interface ContainerPort {
  readonly host: HostName;
  readonly container: string;
  readonly port: number;
}

/** Joins its standard input and output with a port of the machine that it runs on. */
const JOIN = (port: number) =>
  `const s=require("net").connect(${port},"127.0.0.1");process.stdin.pipe(s).pipe(process.stdout);s.on("error",e=>{console.error(e.message);process.exit(1)})`;

/**
 * Opens a port of this machine that leads into a container, here or over ssh. Whoever opens it closes it.
 *
 * @returns its address, `host:port`
 */
export async function containerPort(
  settings: Settings,
  target: ContainerPort,
): Promise<{ readonly address: string; readonly close: () => Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    join(socket, wordsFor(settings, target));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, "close");
  };
  return { address: `127.0.0.1:${port}`, close };
}

function wordsFor(
  settings: Settings,
  { host: name, container, port }: ContainerPort,
): readonly string[] {
  const exec = `exec docker exec -i ${quoted(container)} node -e ${quoted(JOIN(port))}`;
  const script = `PATH="$PATH:/usr/local/bin"; ${exec}`;
  const host = hostOf(settings, name);
  return isLocal(host) ? ["sh", "-c", script] : overSsh(host, [script]);
}

/** What a program says where it cannot go on ends the connection with that as its error. */
function join(socket: Socket, [program = "", ...words]: readonly string[]): void {
  const child = spawn(program, words, { stdio: "pipe" });
  socket.on("error", () => child.kill());
  socket.on("close", () => child.kill());
  child.stdin.on("error", () => undefined);
  child.on("error", () => socket.destroy());
  child.on("close", () => socket.end());
  child.stderr.pipe(process.stderr);
  socket.pipe(child.stdin);
  child.stdout.pipe(socket);
}
