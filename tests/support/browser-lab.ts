import { BROWSER_TLS_PORT } from "../../configs/gateway/browser-part";
import { GATEWAY_FILES, tlsFile, usersFile } from "../../configs/gateway/credentials";
import { TLS_PORT } from "../../configs/gateway/nginx";
import { HEALTH_PATH, STATUS_PORT } from "../../configs/gateway/status-server";
import { BROWSER_PORT, BROWSER_SOURCE } from "../../configs/logs/browser";
import type { Files } from "../../configs/service-spec";
import { gatewaySpec } from "../../configs/services/gateway";
import { promtailSpec } from "../../configs/services/promtail";
import type { Settings } from "../../configs/settings/settings";
import { type Certificates, makeCertificates } from "../../tools/gateway/certificates";
import { askAsBrowser, type BrowserAnswer, type BrowserAsk, pushBody } from "./browser-client";
import { browserSettings } from "./fixtures";
import { askGateway } from "./gateway-client";
import { LogLab, type StoredEntry } from "./log-lab";
import { waitFor } from "./wait";

/** The gateway's name in the lab, which its certificate has. */
export const GATEWAY = "gateway";

/** Where the pages are whose browsers may report. */
export const ORIGIN = "https://www.shop.test";

/** The streams of what browsers report. */
export const STREAM = '{app="frontend"}';

const MINUTE = 60_000;

/** For everybody, and for browsers alone where they have an address of their own. */
const PORTS = { gateway: TLS_PORT, browsers: BROWSER_TLS_PORT } as const;
export type Listener = keyof typeof PORTS;

/** A line as the script makes it. */
export const event = (fields: object) =>
  JSON.stringify({ type: "error", path: "/tasks", ...fields });

/** A report of one such line. */
export const report = (fields: object) => pushBody([event(fields)]);

/** With an error that nobody wants to see. */
export function settingsOf(agent: Settings["logs"]["agent"]): Settings {
  const own = browserSettings({}, { logs: { agent } });
  const filters = [{ source: BROWSER_SOURCE, drop: "ResizeObserver loop" }];
  return { ...own, logs: { ...own.logs, filters } };
}

/** The real gateway and a real Promtail between browsers and a real Loki. */
export class BrowserLab {
  private constructor(
    readonly logs: LogLab,
    private certificates: Certificates,
  ) {}

  /**
   * @param topic tells the containers of two test files apart
   * @param settings of the gateway. @default those of {@link settingsOf}
   */
  static async create(topic: string, settings = settingsOf("promtail")): Promise<BrowserLab> {
    const certificates = await makeCertificates(GATEWAY, 2);
    const logs = await LogLab.create(topic);
    try {
      await logs.start(gatewaySpec(settings), GATEWAY, {
        secrets: secretsWith(certificates),
      });
      await logs.start(promtailSpec(settingsOf("promtail"), "monitoring"), "promtail");
      await logs.ready({
        [GATEWAY]: `${STATUS_PORT}${HEALTH_PATH}`,
        promtail: `${BROWSER_PORT}/ready`,
      });
    } catch (error) {
      await logs.remove();
      throw error;
    }
    return new BrowserLab(logs, certificates);
  }

  /** Asks until the answer is other than that there are too many: what is too many has its own test. */
  async ask(question: BrowserAsk, at: Listener = "gateway"): Promise<BrowserAnswer> {
    return waitFor(
      { what: "an answer other than 429", deadlineMs: 20_000, everyMs: 250 },
      () => this.askOnce(question, at),
      ({ status }) => status !== 429,
    );
  }

  async askOnce(question: BrowserAsk, at: Listener = "gateway"): Promise<BrowserAnswer> {
    return askAsBrowser(
      {
        host: await this.logs.addressOf(GATEWAY),
        port: PORTS[at],
        ca: this.certificates.authority,
        servername: GATEWAY,
      },
      question,
    );
  }

  /** Serial number of the certificate that a listener shows. */
  async serial(at: Listener): Promise<string> {
    const host = await this.logs.addressOf(GATEWAY);
    const { serial } = await askGateway(
      { host, port: PORTS[at], servername: GATEWAY },
      { method: "GET", path: "/", tls: { rejectUnauthorized: false } },
    );
    return serial;
  }

  /** Puts another certificate into force. */
  async changeCertificate(): Promise<void> {
    this.certificates = await makeCertificates(GATEWAY, 2);
    await this.logs.replace("secrets", GATEWAY, secretsWith(this.certificates));
  }

  /** The lines of browsers whose text has a word. */
  async entriesWith(word: string): Promise<readonly StoredEntry[]> {
    const at = (minutes: number) => new Date(Date.now() + minutes * MINUTE).toISOString();
    return this.logs.entries(`${STREAM} |= "${word}"`, at(-5), at(5));
  }

  /** The same, once there is one. */
  async entryWith(word: string): Promise<StoredEntry | undefined> {
    const [entry] = await waitFor(
      { what: `a line with ${word}`, deadlineMs: 10_000, everyMs: 250 },
      () => this.entriesWith(word),
      (entries) => entries.length > 0,
    );
    return entry;
  }

  async remove(): Promise<void> {
    await this.logs.remove();
  }
}

function secretsWith({ key, certificate }: Certificates): Files {
  return {
    [GATEWAY_FILES.users]: usersFile("fixture-agent-secret-of-32-characters-or-more", []),
    [GATEWAY_FILES.tls]: tlsFile(key, certificate),
  };
}
