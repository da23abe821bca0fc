import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";

/** What the script reports of a visit on which everything goes wrong that can. */
export const ONE_OF_EACH = [
  { type: "load", load_ms: 812, dom_content_loaded_ms: 420, ttfb_ms: 35 },
  { type: "vitals", lcp_ms: 640, inp_ms: 48, cls: 0.0123 },
  { type: "error", message: "no drawer", source: "/assets/app.js:1:2" },
  { type: "rejection", message: "no answer" },
  { type: "resource", message: "img was not loaded", url: "/logo.png" },
] as const;

/** Where the gateway is, and what is asked of the browsers' route there. */
export interface BrowserAsk {
  /** @default `"POST"` */
  readonly method?: string;
  /** @default where browsers report */
  readonly path?: string;
  /** @default none */
  readonly origin?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface BrowserAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks as a browser would, or somebody who pretends to be one. */
export function askAsBrowser(
  place: {
    readonly host: string;
    readonly port: number;
    readonly ca: string;
    readonly servername: string;
  },
  { method = "POST", path = "/browser/loki/api/v1/push", origin, headers, body }: BrowserAsk,
): Promise<BrowserAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...place,
        method,
        path,
        agent: false,
        timeout: 10_000,
        // What sendBeacon and fetch say of a text.
        headers: {
          "Content-Type": "text/plain;charset=UTF-8",
          ...(origin ? { Origin: origin } : {}),
          ...headers,
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
    asked.on("error", reject);
    asked.end(body);
  });
}

/** What a browser pushes: lines of one stream. */
export function pushBody(
  lines: readonly string[],
  stream: Readonly<Record<string, string>> = { app: "frontend" },
  time = String(BigInt(Date.now()) * 1_000_000n),
): string {
  return JSON.stringify({ streams: [{ stream, values: lines.map((line) => [time, line]) }] });
}
