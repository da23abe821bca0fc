import { once } from "node:events";
import { connect } from "node:tls";

/** An answer to a request that no client would send. */
export interface RawAnswer {
  /** 0 where the connection was closed without a word. */
  readonly status: number;
  /** Status line and headers. */
  readonly head: string;
  readonly body: string;
}

/**
 * Sends bytes as they stand, one connection for each request, and reads until the server closes it.
 *
 * @param request with its line ends; whoever wants an answer soon says `Connection: close`
 */
export async function askRaw(
  place: { readonly host: string; readonly port: number; readonly servername: string },
  request: string,
): Promise<RawAnswer> {
  // Whom it trusts is another test's business.
  const socket = connect({ ...place, rejectUnauthorized: false });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.setTimeout(15_000, () => socket.destroy(new Error("no end of the answer within 15 s")));
  await once(socket, "secureConnect");
  socket.write(request, "latin1");
  await once(socket, "end");
  socket.destroy();
  const [head = "", ...rest] = Buffer.concat(chunks).toString("latin1").split("\r\n\r\n");
  const [, status = "0"] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? [];
  return { status: Number(status), head, body: rest.join("\r\n\r\n") };
}
