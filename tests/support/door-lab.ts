import {
  agentPassword,
  GATEWAY_FILES,
  tlsFile,
  usersFile,
} from "../../configs/gateway/credentials";
import { TLS_PORT } from "../../configs/gateway/nginx";
import { peopleFile } from "../../configs/gateway/people";
import { specsOn } from "../../configs/hosts";
import { parseSettings, type Settings } from "../../configs/settings/settings";
import { type Certificates, makeCertificates } from "../../tools/gateway/certificates";
import { gatewayOf } from "./docker-network";
import { onHosts } from "./fixtures";
import { type Answer, type Ask, askGateway } from "./gateway-client";
import { LogLab } from "./log-lab";
import { quiet } from "./quiet";
import { askRaw, type RawAnswer } from "./raw-request";
import { RequestRecorder } from "./request-recorder";

const NAME = "gateway";
const AGENT_SECRET = "fixture-agent-secret-of-32-characters-or-more";
const PASSWORD = "correct horse: battery staple";

const SERVICES = [NAME, "prometheus", "alertmanager", "blackbox-exporter"] as const;

/** Logins as `user:password`. */
export const LOGINS = {
  person: `anna:${PASSWORD}`,
  agent: `app:${agentPassword(AGENT_SECRET, "app")}`,
} as const;

/**
 * The door as the stack runs it: a real nginx before a real Prometheus, Alertmanager and Loki, and a
 * stand-in for Grafana on a host of its own.
 */
export class DoorLab {
  private address: Promise<string> | undefined;

  private constructor(
    readonly lab: LogLab,
    readonly settings: Settings,
    readonly certificates: Certificates,
    /** Remembers what Grafana would get. */
    readonly grafana: RequestRecorder,
  ) {}

  static async create(topic: string): Promise<DoorLab> {
    const lab = await LogLab.create(topic);
    const bridge = await gatewayOf(lab.name);
    const grafana = await RequestRecorder.start(bridge);
    const certificates = await makeCertificates(NAME, 2);
    const settings = settingsWith(certificates, {
      bridge,
      port: Number(new URL(grafana.url).port),
    });
    const door = new DoorLab(lab, settings, certificates, grafana);
    try {
      await door.start("prometheus");
      await door.start("alertmanager");
      await door.start("blackbox-exporter");
      await door.start(NAME, {
        [GATEWAY_FILES.users]: usersFile(AGENT_SECRET, ["app"]),
        [GATEWAY_FILES.tls]: tlsFile(certificates.key, certificates.certificate),
        [GATEWAY_FILES.people]: peopleFile(AGENT_SECRET, JSON.stringify({ anna: PASSWORD }), [
          "anna",
        ]),
      });
      await lab.ready({ prometheus: "9090/-/ready", alertmanager: "9093/-/ready" });
    } catch (error) {
      await door.remove();
      throw error;
    }
    return door;
  }

  /** Asks from outside. @param question by GET, where it names no other method */
  async ask(path: string, question: Ask = {}): Promise<Answer> {
    const tls = { ca: this.certificates.authority, ...question.tls };
    return askGateway(await this.place(), { method: "GET", path, ...question, tls });
  }

  /** The same with a person's login. */
  async enter(path: string, question: Ask = {}): Promise<Answer> {
    return this.ask(path, { login: LOGINS.person, ...question });
  }

  /**
   * Sends a request as it is written, on a connection of its own.
   *
   * @param line the first, `GET /path HTTP/1.1`
   * @param headers without `Connection`; `Host` is the door's, where they name none
   */
  async raw(line: string, headers: readonly string[] = []): Promise<RawAnswer> {
    const hasHost = headers.some((header) => /^host:/i.test(header)) || line.endsWith("/1.0");
    const all = [line, ...(hasHost ? [] : [`Host: ${NAME}`]), ...headers, "Connection: close"];
    return askRaw(await this.place(), [...all, "", ""].join("\r\n"));
  }

  /** What the gateway has logged. */
  async log(): Promise<string> {
    const container = `${this.lab.name}-${NAME}`;
    return quiet`docker logs ${container} 2>&1`;
  }

  /** When each container was started, and whether it ran out of memory. */
  async starts(): Promise<readonly string[]> {
    const format = "{{.Name}} {{.State.StartedAt}} {{.RestartCount}} {{.State.OOMKilled}}";
    const names = SERVICES.map((service) => `${this.lab.name}-${service}`);
    return (await quiet`docker inspect --format ${format} ${names}`).split("\n");
  }

  async remove(): Promise<void> {
    await this.grafana.stop();
    await this.lab.remove();
  }

  /** Looked up once: a thousand requests would otherwise wait for Docker a thousand times. */
  private async place() {
    this.address ??= this.lab.addressOf(NAME);
    return { host: await this.address, port: TLS_PORT, servername: NAME };
  }

  private async start(name: string, secrets = {}): Promise<void> {
    const spec = specsOn(this.settings, "monitoring").find((one) => one.name === name);
    if (!spec) throw new Error(`no container ${name} on the monitoring host`);
    await this.lab.start(spec, name, { secrets });
  }
}

function settingsWith(
  { certificate, authority }: Certificates,
  grafana: { readonly bridge: string; readonly port: number },
): Settings {
  const hosts = { monitoring: {}, app: {}, grafana: { address: grafana.bridge } };
  const own = { serverName: NAME, certificate, certificateAuthority: authority };
  return parseSettings(
    onHosts(hosts, {
      gateway: { enabled: true, people: ["anna"], ...own },
      intervals: { scrape: "1s", evaluation: "1s", probe: "2s", probeTimeout: "1s" },
      publish: { grafana: grafana.port },
    }),
    "door",
  );
}
