import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { Answer } from "./answer";
import { OWNER_TOKEN } from "./api";
import { CloudAccounts } from "./cloud-accounts";
import { CloudBuckets } from "./cloud-buckets";
import { CloudMonitoring } from "./cloud-monitoring";

/**
 * As much of Google Cloud as our resources need: accounts with keys that are checked, what monitoring
 * is told, buckets, and objects in a fake-gcs-server for whom the bucket's policy lets in.
 */
export class GoogleCloud {
  readonly accounts = new CloudAccounts(() => `${this.origin}/token`);
  readonly buckets: CloudBuckets;
  readonly monitoring = new CloudMonitoring();
  /** What was made, changed and taken away by who runs Pulumi: method and path, in their order. */
  readonly changes: string[] = [];
  /** Who was not let in, and to what. */
  readonly refusals: string[] = [];
  private readonly server: Server;
  private readonly store: URL;

  private constructor(store: string) {
    this.store = new URL(store);
    this.buckets = new CloudBuckets(store, this.accounts);
    this.server = createServer(this.listener);
  }

  /**
   * @param options.address on which it listens
   * @param options.store origin of the fake-gcs-server. @default none: there are no buckets
   */
  static async start({
    address,
    store = "http://store.invalid",
  }: {
    address: string;
    store?: string;
  }): Promise<GoogleCloud> {
    const cloud = new GoogleCloud(store);
    await once(cloud.server.listen(0, address), "listening");
    return cloud;
  }

  /** Where it answers, without a slash at the end. */
  get origin(): string {
    const { address, port } = this.server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
  }

  /** Answers one request; for servers under other names too. */
  readonly listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    void this.serve(incoming, outgoing);
  };

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const answer = await this.answer(incoming).catch((error: unknown) =>
      Answer.refusal(500, String(error)),
    );
    if (answer === undefined) {
      this.passOn(incoming, outgoing);
      return;
    }
    incoming.resume();
    outgoing.writeHead(answer.status, { "Content-Type": "application/json" });
    outgoing.end(JSON.stringify(answer.body));
  }

  /** @returns nothing for what goes to fake-gcs-server */
  private async answer(incoming: IncomingMessage): Promise<Answer | undefined> {
    const { method = "GET", headers, url = "/" } = incoming;
    const [path = "/"] = url.split("?");
    if (path === "/token") return this.token(await text(incoming));
    const who = headers.authorization?.replace(/^Bearer /, "") ?? "";
    const bucket = bucketOfObjects(path);
    if (who !== OWNER_TOKEN) {
      const isLetIn = bucket !== undefined && this.buckets.mayUseObjects(who, bucket);
      const words = `${who || "nobody"} may not ${method} ${path}`;
      if (!isLetIn) this.refusals.push(words);
      return isLetIn ? undefined : Answer.refusal(403, words);
    }
    if (method !== "GET") this.changes.push(`${method} ${decodeURIComponent(path)}`);
    if (bucket !== undefined) return undefined;
    const sent = await text(incoming);
    const body = (sent === "" ? {} : JSON.parse(sent)) as Record<string, unknown>;
    const call = { method, path, body };
    if (path.startsWith("/v1/")) return this.accounts.answer(call);
    return path.startsWith("/v3/") ? this.monitoring.answer(call) : this.buckets.answer(call);
  }

  /** A token is the address of the account that it was given to. */
  private token(form: string): Answer {
    const email = this.accounts.signer(new URLSearchParams(form).get("assertion") ?? "");
    if (email === undefined) return new Answer(400, { error: "invalid_grant" });
    return Answer.ok({ access_token: email, token_type: "Bearer", expires_in: 3_600 });
  }

  private passOn(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { hostname, port, host } = this.store;
    const { method, url } = incoming;
    const headers = { ...incoming.headers, host };
    const onward = request({ hostname, port, method, path: url, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  }
}

/** The bucket of a request for objects, in the spellings of Google's clients. */
function bucketOfObjects(path: string): string | undefined {
  const [, json, xml] =
    /^(?:\/upload|\/download)?\/storage\/v1\/b\/([^/]+)\/o(?:\/|$)|^\/(?!storage\/|v[13]\/|upload\/|download\/)([^/]+)\/./.exec(
      path,
    ) ?? [];
  const name = json ?? xml;
  return name === undefined ? undefined : decodeURIComponent(name);
}
