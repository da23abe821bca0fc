import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";

/** One alert in a message of Alertmanager's webhook. */
export interface WebhookAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Stands in for a receiver of webhooks outside the stack. It listens on Docker's own bridge, which
 * every container with a way out can reach and nobody outside this machine can.
 */
export class WebhookReceiver {
  /** Everything received, in order. */
  readonly alerts: WebhookAlert[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<WebhookReceiver> {
    const address = dockerBridgeAddress();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    const { port } = server.address() as AddressInfo;
    const receiver = new WebhookReceiver(server, `http://${address}:${port}/`);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { alerts } = JSON.parse(Buffer.concat(chunks).toString()) as {
          alerts: WebhookAlert[];
        };
        receiver.alerts.push(...alerts);
        response.end();
      });
    });
    return receiver;
  }

  /** Names of the alerts received with a status, each once. */
  names(status: WebhookAlert["status"]): readonly string[] {
    const names = this.alerts
      .filter((alert) => alert.status === status)
      .map(({ labels }) => labels.alertname ?? "");
    return [...new Set(names)].sort();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function dockerBridgeAddress(): string {
  const [address] = (networkInterfaces().docker0 ?? []).filter(({ family }) => family === "IPv4");
  if (!address) throw new Error("no interface docker0 with an IPv4 address");
  return address.address;
}
