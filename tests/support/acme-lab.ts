import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { CHALLENGE_PORT } from "../../configs/acme/challenge";
import { ACME_SERVICE, DATA_PATH } from "../../configs/acme/files";
import { GATEWAY_FILES, usersFile } from "../../configs/gateway/credentials";
import { TLS_PORT } from "../../configs/gateway/nginx";
import { ACME_METRICS_PATH, STATUS_PORT } from "../../configs/gateway/status-server";
import { CONFIG_PATH, SECRETS_PATH, type ServiceSpec } from "../../configs/service-spec";
import { acmeSpec } from "../../configs/services/acme";
import { gatewaySpec } from "../../configs/services/gateway";
import type { Settings } from "../../configs/settings/settings";
import { makeCertificates } from "../../tools/gateway/certificates";
import { ensureImages } from "../../tools/images/ensure-images";
import { removeFromDocker } from "./docker-cleanup";
import { acmeSettings } from "./fixtures";
import { type Answer, type Ask, askGateway } from "./gateway-client";
import { pebbleConfig, pebbleProgram } from "./pebble";
import { quiet } from "./quiet";
import { LINKS } from "./render-stack";
import { putInForce, writeFiles } from "./write-files";

/** The name that is proved, as the authority looks it up. */
export const NAME = "door.shop.test";

const IMAGES = ["gateway", "acme", "keeper"] as const;

/**
 * The real gateway, the real client and pebble, the authority that its makers test with, in a network
 * of their own. Port 80 of the outside is the gateway's own port there, and nothing waits for hours.
 */
export class AcmeLab {
  private readonly id = `sightline-acme-${process.pid}`;
  private readonly label = `sightline.lab=${this.id}`;

  private constructor(
    private readonly folder: string,
    readonly settings: Settings,
    private readonly images: Readonly<Record<string, string>>,
  ) {}

  /** @param lifetimeSeconds of the certificates that the authority signs */
  static async create(lifetimeSeconds: number): Promise<AcmeLab> {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-acme-"));
    await chmod(folder, 0o755);
    const made = await makeCertificates("pebble", 2);
    const settings = acmeSettings({
      serverName: NAME,
      tls: { directoryUrl: "https://pebble:14000/dir", directoryAuthority: made.authority },
    });
    const lab = new AcmeLab(folder, settings, await imagesByName());
    try {
      await quiet`docker network create --label ${lab.label} ${lab.id}`;
      await quiet`docker volume create --label ${lab.label} ${lab.id}`;
      await lab.startAuthority(made, lifetimeSeconds);
    } catch (error) {
      await lab.remove();
      throw error;
    }
    return lab;
  }

  async startGateway(): Promise<void> {
    const users = usersFile("fixture-agent-secret-of-32-characters-or-more", ["app"]);
    await this.start(gatewaySpec(this.settings), {
      secrets: { [GATEWAY_FILES.users]: users },
      options: [`--network-alias=${NAME}`],
    });
  }

  /** Starts the client. It looks every second whether something is due, and tries again after two. */
  async startClient(): Promise<void> {
    const spec = acmeSpec(this.settings);
    const hurried = { CHECK_SECONDS: "1", RETRY_SECONDS: "2", LEGO_NO_RANDOM_SLEEP: "true" };
    const environment = { ...spec.environment, ...hurried };
    await this.start({ ...spec, environment }, {});
  }

  /** Has the authority look for the name where nobody answers. */
  async refuse(isRefused: boolean): Promise<void> {
    const others = `grep -v ${NAME} /etc/hosts >/tmp/hosts; cat /tmp/hosts >/etc/hosts`;
    const script = isRefused ? `echo 127.0.0.1 ${NAME} >>/etc/hosts` : others;
    await this.exec("pebble", ["sh", "-c", script]);
  }

  /** Takes a container away as a replacement does; its volume stays. */
  async takeAway(service: string): Promise<void> {
    await quiet`docker rm --force ${this.container(service)}`;
  }

  /** Runs a command in a container and returns what it printed. @throws when it fails */
  async exec(service: string, command: readonly string[]): Promise<string> {
    return quiet`docker exec ${this.container(service)} ${command}`;
  }

  /** What a container has logged. */
  async log(service: string): Promise<string> {
    const container = this.container(service);
    return quiet`docker logs ${container} 2>&1`;
  }

  /** When a container was started. */
  async startOf(service: string): Promise<string> {
    return quiet`docker inspect --format ${"{{.State.StartedAt}}"} ${this.container(service)}`;
  }

  /** Whom a visitor must trust: the authority makes a new root each time. */
  async root(): Promise<string> {
    return this.exec("pebble", ["wget", ...INSECURE, "https://127.0.0.1:15000/roots/0"]);
  }

  /** Asks the gateway by its name, on the port for https. */
  async ask(question: Ask): Promise<Answer> {
    return askGateway(
      { host: await this.addressOf("gateway"), port: TLS_PORT, servername: NAME },
      question,
    );
  }

  /** Asks on the port that is 80 outside. */
  async askPlain(asked: string, method = "GET"): Promise<Response> {
    const url = `http://${await this.addressOf("gateway")}:${CHALLENGE_PORT}${asked}`;
    return fetch(url, { method, redirect: "manual", signal: AbortSignal.timeout(10_000) });
  }

  /** What Prometheus reads of the client. */
  async metrics(): Promise<string> {
    const url = `http://${await this.addressOf("gateway")}:${STATUS_PORT}${ACME_METRICS_PATH}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
    return answer.text();
  }

  async remove(): Promise<void> {
    await removeFromDocker(`label=${this.label}`);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async startAuthority(
    { key, certificate }: { readonly key: string; readonly certificate: string },
    lifetimeSeconds: number,
  ): Promise<void> {
    const files = path.join(this.folder, "pebble");
    await writeFiles(files, {
      "key.pem": key,
      "cert.pem": certificate,
      "pebble.json": pebbleConfig({
        address: "0.0.0.0",
        folder: "/files",
        challengePort: CHALLENGE_PORT,
        lifetimeSeconds,
      }),
    });
    const program = await pebbleProgram("pebble");
    const options = [
      ...[`--volume=${program}:/pebble:ro`, `--volume=${files}:/files:ro`],
      // Each name is proved anew each time, at once.
      ...["--env=PEBBLE_AUTHZREUSE=0", "--env=PEBBLE_VA_NOSLEEP=1"],
      "--entrypoint=/pebble",
      "--user=0",
    ];
    const args = ["-config", "/files/pebble.json"];
    await quiet`docker run --detach ${this.place("pebble")} ${options} ${this.images.keeper ?? ""} ${args}`;
  }

  private async start(
    spec: ServiceSpec,
    {
      secrets = {},
      options = [],
    }: {
      readonly secrets?: Readonly<Record<string, string>>;
      readonly options?: readonly string[];
    },
  ): Promise<void> {
    const [config, hidden] = ["config", "secrets"].map((role) =>
      path.join(this.folder, `${role}-${spec.name}`),
    ) as [string, string];
    for (const folder of [config, hidden]) await mkdir(folder, { recursive: true });
    await putInForce(config, spec.configuration?.files(LINKS) ?? {});
    await putInForce(hidden, secrets);
    const [program, ...first] = spec.entrypoint ?? [];
    const all = [
      ...options,
      ...[`--user=${spec.user}`, "--read-only", "--cap-drop=ALL", "--tmpfs=/tmp"],
      `--memory=${spec.memoryMegabytes}m`,
      ...Object.entries(spec.environment ?? {}).map(([key, value]) => `--env=${key}=${value}`),
      `--volume=${this.id}:${DATA_PATH}${spec.name === ACME_SERVICE ? "" : ":ro"}`,
      `--volume=${config}:${path.dirname(CONFIG_PATH)}:ro`,
      `--volume=${hidden}:${path.dirname(SECRETS_PATH)}:ro`,
      ...(program ? [`--entrypoint=${program}`] : []),
    ];
    const args = [...first, ...(spec.args ?? [])];
    await quiet`docker run --detach ${this.place(spec.name)} ${all} ${this.images[spec.name] ?? ""} ${args}`;
  }

  private place(service: string): readonly string[] {
    return [
      `--name=${this.container(service)}`,
      `--label=${this.label}`,
      `--network=${this.id}`,
      `--network-alias=${service}`,
    ];
  }

  private container(service: string): string {
    return `${this.id}-${service}`;
  }

  private async addressOf(service: string): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${this.id}").IPAddress}}`;
    return quiet`docker inspect --format ${format} ${this.container(service)}`;
  }
}

const INSECURE = ["-q", "-O", "-", "--no-check-certificate"];

async function imagesByName(): Promise<Readonly<Record<string, string>>> {
  const images = await ensureImages(IMAGES);
  return Object.fromEntries(
    IMAGES.map((name) => {
      const image = images[name];
      if (image.unavailable !== undefined) throw new Error(image.unavailable);
      return [name, image.reference] as const;
    }),
  );
}
