import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";

/** A request that somebody made. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Stands in for services outside: answers every request well and remembers it. */
export class RequestRecorder {
  /** Everything received, in order. */
  readonly requests: RecordedRequest[] = [];

  private constructor(
    private readonly server: Server,
    /** Without a slash at the end. */
    readonly url: string,
  ) {}

  /** Listens on an address that the askers can reach and nobody outside this machine can. */
  static async start(address: string): Promise<RequestRecorder> {
    const server = createServer().listen(0, address);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const recorder = new RequestRecorder(server, `http://${address}:${port}`);
    server.on("request", (request, response) => {
      void bodyOf(request).then((body) => {
        const { method = "", url = "", headers } = request;
        recorder.requests.push({ method, path: url, headers, body });
        // Telegram's way of saying yes, which its client reads; the others look at the status alone.
        response.setHeader("Content-Type", "application/json");
        response.end('{"ok":true,"result":{"message_id":1,"chat":{"id":1}}}');
      });
    });
    return recorder;
  }

  /** Bodies of the requests to paths that begin so. */
  bodies(path: string): readonly string[] {
    return this.requests.filter((request) => request.path.startsWith(path)).map(({ body }) => body);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
