import { connect } from "node:net";

const LAST_PORT = 65_535;
const AT_ONCE = 500;
const PATIENCE_MS = 3_000;

/** Every TCP port of an address that takes a connection from this machine. */
export async function openPorts(address: string): Promise<readonly number[]> {
  const open: number[] = [];
  let next = 1;
  const scanner = async () => {
    for (let port = next++; port <= LAST_PORT; port = next++) {
      if (await isOpen(address, port)) open.push(port);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, scanner));
  return open.sort((one, other) => one - other);
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (isTaken: boolean) => () => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.on("connect", end(true)).on("error", end(false)).on("timeout", end(false));
  });
}
