import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";

import { removeFromDocker } from "./docker-cleanup";
import { gatewayOf } from "./docker-network";
import { quiet } from "./quiet";

/** An alert as it is posted to Alertmanager (its API v2, `postableAlert`). */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** What it was when it came: an alert that fires ends in the future. */
export interface ReceivedAlert extends PostedAlert {
  readonly isOver: boolean;
}

/** Stands where Loki looks for Alertmanager, and keeps what it is told. */
export class AlertmanagerStandIn {
  /** In the order in which they came. */
  readonly received: ReceivedAlert[] = [];

  private constructor(
    private readonly network: string,
    private readonly gateway: string,
    private readonly server: Server,
  ) {}

  /** On a network of its own, so that its address has a free port 9093. */
  static async start(): Promise<AlertmanagerStandIn> {
    const network = `sightline-alerts-${randomBytes(4).toString("hex")}`;
    await quiet`docker network create --label ${`sightline.test=${network}`} ${network}`;
    const gateway = await gatewayOf(network);
    const server = createServer();
    const standIn = new AlertmanagerStandIn(network, gateway, server);
    server.on("request", (request, response) => {
      void text(request).then((body) => {
        if (request.url === "/api/v2/alerts") standIn.take(body);
        response.end();
      });
    });
    await once(server.listen(9093, gateway), "listening");
    return standIn;
  }

  /** Arguments of `docker run` for a container that shall find it by the name `alertmanager`. */
  get dockerArgs(): readonly string[] {
    return ["--network", this.network, "--add-host", `alertmanager:${this.gateway}`];
  }

  /** Once no container is in its network any more. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
    await removeFromDocker(`label=sightline.test=${this.network}`);
  }

  private take(body: string): void {
    const posted = JSON.parse(body) as readonly PostedAlert[];
    this.received.push(
      ...posted.map((alert) => ({ ...alert, isOver: Date.parse(alert.endsAt) <= Date.now() })),
    );
  }
}
