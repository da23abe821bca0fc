import { gatewayOf } from "./docker-network";
import { quiet } from "./quiet";
import { RequestRecorder } from "./request-recorder";

/** A message of Alertmanager's webhook, as far as tests read it. */
interface Message {
  readonly alerts: readonly {
    readonly status: AlertStatus;
    readonly labels: { readonly alertname: string };
  }[];
}

type AlertStatus = "firing" | "resolved";

/**
 * Stands in for a receiver of webhooks outside the stack. It listens on the bridge of a Docker network
 * of its own, which every container with a way out can reach and nobody outside this machine can.
 */
export class WebhookReceiver {
  private constructor(
    private readonly recorder: RequestRecorder,
    private readonly network: string,
  ) {}

  static async start(): Promise<WebhookReceiver> {
    const network = `sightline-webhook-${process.pid}`;
    await quiet`docker network create ${network}`;
    return new WebhookReceiver(await RequestRecorder.start(await gatewayOf(network)), network);
  }

  get url(): string {
    return `${this.recorder.url}/`;
  }

  /** Names of the alerts received with a status since the last {@link forget}, each once. */
  names(status: AlertStatus): readonly string[] {
    const alerts = this.recorder
      .bodies("/")
      .flatMap((body) => (JSON.parse(body) as Message).alerts);
    const wanted = alerts.filter((alert) => alert.status === status);
    return [...new Set(wanted.map(({ labels }) => labels.alertname))].sort();
  }

  forget(): void {
    this.recorder.requests.length = 0;
  }

  async stop(): Promise<void> {
    await this.recorder.stop();
    await quiet`docker network rm ${this.network}`;
  }
}
