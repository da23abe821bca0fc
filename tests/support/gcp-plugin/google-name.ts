import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createProxy, type RequestListener, type Server } from "node:http";
import { createServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Duplex } from "node:stream";

import { makeCertificates } from "../../../tools/gateway/certificates";
import { quiet } from "../quiet";

/** The one name that Loki knows Google's storage by. */
const NAME = "storage.googleapis.com";
/** Where a container has the authority's certificate. */
const AUTHORITY = "/etc/google-of-tests.pem";

/**
 * Lets a cloud answer for Google's own name, over TLS: a proxy that knows this name alone, and a
 * certificate that only images made here trust. So a client is as it is at Google, tokens and all;
 * the variable for emulators would turn its tokens off.
 */
export class GoogleName {
  private readonly proxy: Server;
  private readonly images: string[] = [];
  private readonly sockets = new Set<Duplex>();

  private constructor(
    private readonly tls: TlsServer,
    /** Holds the certificate of whom only containers of the test trust. */
    private readonly folder: string,
  ) {
    this.proxy = createProxy((_, answer) => answer.writeHead(405).end());
    this.proxy.on("connect", ({ url }, socket) => {
      this.sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.sockets.delete(socket));
      if (url !== `${NAME}:443`) {
        socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
        return;
      }
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      this.tls.emit("connection", socket);
    });
  }

  /** @param answer of the cloud */
  static async open(address: string, answer: RequestListener): Promise<GoogleName> {
    const { authority, certificate, key } = await makeCertificates(NAME, 1);
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-google-"));
    await chmod(folder, 0o755);
    await writeFile(path.join(folder, "ca.pem"), authority, { mode: 0o644 });
    const name = new GoogleName(createServer({ cert: certificate, key }, answer), folder);
    await once(name.proxy.listen(0, address), "listening");
    return name;
  }

  /** Words of `docker run` for a container that meets the cloud under Google's name. */
  get dockerArgs(): readonly string[] {
    const variables = Object.entries(this.environment).map(
      ([name, value]) => `--env=${name}=${value}`,
    );
    return [...variables, `--volume=${path.join(this.folder, "ca.pem")}:${AUTHORITY}:ro`];
  }

  /** Makes an image like another, whose programs meet the cloud under Google's name. @returns its tag */
  async image(from: string, tag: string): Promise<string> {
    const variables = Object.entries(this.environment).map(
      ([name, value]) => `ENV ${name}=${value}`,
    );
    const lines = [`FROM ${from}`, `COPY ca.pem ${AUTHORITY}`, ...variables];
    await writeFile(path.join(this.folder, "Dockerfile"), lines.join("\n"));
    await quiet`docker build --quiet --tag ${tag} ${this.folder}`;
    this.images.push(tag);
    return tag;
  }

  private get environment(): Readonly<Record<string, string>> {
    const { address, port } = this.proxy.address() as AddressInfo;
    return { SSL_CERT_FILE: AUTHORITY, HTTPS_PROXY: `http://${address}:${port}` };
  }

  async close(): Promise<void> {
    for (const image of this.images) await quiet`docker image rm --force ${image}`;
    for (const socket of this.sockets) socket.destroy();
    this.proxy.closeAllConnections();
    await once(this.proxy.close(), "close");
    await rm(this.folder, { recursive: true, force: true });
  }
}
