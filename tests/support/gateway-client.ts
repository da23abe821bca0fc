import {
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request as plainRequest,
} from "node:http";
import { type Agent, request, type RequestOptions } from "node:https";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { TLSSocket } from "node:tls";

/** What somebody asks of the gateway. */
export interface Ask {
  /** @default `"POST"` */
  readonly method?: string;
  /** @default where agents push logs */
  readonly path?: string;
  /** `user:password`. @default none */
  readonly login?: string;
  readonly body?: string | Buffer;
  /** Besides what every request has. @default none */
  readonly headers?: OutgoingHttpHeaders;
  readonly tls?: Pick<RequestOptions, "ca" | "minVersion" | "maxVersion" | "rejectUnauthorized">;
  /** Keeps connections for further requests. @default a connection of its own */
  readonly agent?: Agent;
  /** Plain HTTP on the port for TLS. @default `false` */
  readonly plain?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly challenge: string | undefined;
  /** Serial number of the certificate that was shown; empty without TLS. */
  readonly serial: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks as the name that the certificate has. */
export function askGateway(
  place: { readonly host: string; readonly port: number; readonly servername: string },
  { method = "POST", path = "/loki/api/v1/push", login, body, headers, tls, agent, plain }: Ask,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      ...place,
      ...tls,
      method,
      path,
      auth: login,
      agent: agent ?? false,
      timeout: 10_000,
      headers: { "Content-Type": "application/json", ...headers },
    };
    const asked = (plain ? plainRequest : request)(options, (response) => {
      const serial = serialOf(response.socket);
      void text(response).then((received) => {
        const { statusCode = 0, headers: told } = response;
        const challenge = told["www-authenticate"];
        resolve({ status: statusCode, challenge, serial, headers: told, body: received });
      }, reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
    asked.on("error", reject);
    asked.end(body);
  });
}

function serialOf(socket: Socket): string {
  return socket instanceof TLSSocket ? socket.getPeerCertificate().serialNumber : "";
}
