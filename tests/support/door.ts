import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to a request: it is passed on, refused, or never answered. */
export type DoorState = "open" | "forbidden" | "silent";

/** Stands before a server on this machine, and can be shut in two ways. */
export class Door {
  state: DoorState = "open";

  private constructor(
    private readonly server: Server,
    /** Where it listens, without a slash at the end. */
    readonly origin: string,
  ) {}

  /**
   * @param options.address on which it listens
   * @param options.port of the server behind it, on 127.0.0.1
   */
  static async open({ address, port }: { address: string; port: number }): Promise<Door> {
    const server = createServer((incoming, answer) => {
      incoming.on("error", () => answer.destroy());
      if (door.state === "silent") {
        incoming.resume();
        return;
      }
      if (door.state === "forbidden") {
        incoming.resume();
        answer.writeHead(403, { "Content-Type": "application/json" }).end("{}");
        return;
      }
      if (incoming.url === "/token") {
        incoming.resume();
        answer
          .writeHead(200, { "Content-Type": "application/json" })
          .end(JSON.stringify({ access_token: "t", token_type: "Bearer", expires_in: 3_600 }));
        return;
      }
      const { method, url, headers } = incoming;
      const onward = request({ host: "127.0.0.1", port, method, path: url, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      });
      onward.on("error", () => answer.writeHead(502).end());
      incoming.pipe(onward);
    }).listen(0, address);
    await once(server, "listening");
    const door: Door = new Door(
      server,
      `http://${address}:${(server.address() as AddressInfo).port}`,
    );
    return door;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
  }
}
