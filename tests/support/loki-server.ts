import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { gather } from "../../configs/gathered";
import { logRuleGroups } from "../../configs/rules/log-rules";
import type { RuleGroup } from "../../configs/rules/rule";
import { CONFIG_PATH, type Files, SECRETS_PATH } from "../../configs/service-spec";
import { lokiConfig, lokiSpec } from "../../configs/services/loki";
import type { Settings } from "../../configs/settings/settings";
import { toYaml } from "../../configs/yaml";
import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { removeFromDocker } from "./docker-cleanup";
import { quiet } from "./quiet";
import { waitFor } from "./wait";
import { putInForce } from "./write-files";

type LokiConfig = ReturnType<typeof lokiConfig>;

/** One log line on its way to Loki. */
export interface PushedLine {
  readonly labels: Readonly<Record<string, string>>;
  /** Structured metadata. */
  readonly fields: Readonly<Record<string, string>>;
  readonly text: string;
  readonly atMs: number;
}

/** A series of an instant query's answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A rule as Loki's ruler has loaded it. */
export interface LoadedRule {
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
}

/** A real Loki in a container of its own, with the rendered configuration and rules. */
export class LokiServer {
  private constructor(
    private readonly id: string,
    /** What the container sees as the parent of {@link CONFIG_PATH}. */
    private readonly folder: string,
  ) {}

  /** Docker's choice, another one after each start: while it is halted, the old one is anybody's. */
  private port = "";

  /**
   * @param options.change what a test must have different: clocks that run faster. @default nothing
   * @param options.dockerArgs further arguments of `docker run`. @default none
   * @param options.bucket name of the bucket that its settings are about. @default none
   * @param options.secrets contents of its secret files, by name. @default none
   */
  static async start(options: {
    readonly settings: Settings;
    readonly change?: (config: LokiConfig) => object;
    readonly dockerArgs?: readonly string[];
    readonly bucket?: string;
    readonly secrets?: Files;
  }): Promise<LokiServer> {
    const { settings, change, dockerArgs = [], bucket = "", secrets = {} } = options;
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-loki-"));
    await chmod(folder, 0o755);
    const server = new LokiServer(`sightline-loki-${randomBytes(4).toString("hex")}`, folder);
    const config = lokiConfig(settings, bucket);
    const main = { "loki.yml": toYaml(change?.(config) ?? config) };
    try {
      await server.putFiles({ ...renderedFiles(settings), ...main });
      await putInForce(server.secretsFolder, secrets);
      await server.run(settings, dockerArgs);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  private async run(settings: Settings, dockerArgs: readonly string[]): Promise<void> {
    const { images } = await lastSetup();
    const { user, args = [], environment = {} } = spec(settings);
    const container = [
      ...["--detach", "--name", this.id, "--label", `sightline.test=${this.id}`],
      ...["--user", user, "--read-only", "--tmpfs", "/tmp", "--volume", "/loki"],
      ...["--volume", `${this.folder}:${path.dirname(CONFIG_PATH)}:ro`],
      ...["--volume", `${this.secretsFolder}:${path.dirname(SECRETS_PATH)}:ro`],
      ...Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`),
      ...["--publish", "127.0.0.1::3100"],
    ];
    const reference = images.loki ?? OFFICIAL_IMAGES.loki;
    await quiet`docker run ${[...container, ...dockerArgs]} ${reference} ${args}`;
    await this.ready();
  }

  /** Puts files into force as a keeper does. */
  async putFiles(files: Files): Promise<void> {
    await putInForce(this.folder, files);
  }

  /** @throws Error with Loki's own words unless it took them all. */
  async push(lines: readonly PushedLine[]): Promise<void> {
    if (lines.length === 0) return;
    const streams = [...lines]
      // Loki takes lines of one stream in any order, but none that is an hour late.
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ labels, fields, text, atMs }, index) => ({
        stream: labels,
        // Nanoseconds apart, so that equal lines stay two.
        values: [[String(BigInt(Math.round(atMs)) * 1_000_000n + BigInt(index)), text, fields]],
      }));
    const response = await fetch(this.url("/loki/api/v1/push"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ streams }),
    });
    if (response.status !== 204) {
      throw new Error(`Loki refused lines: ${response.status} ${await response.text()}`);
    }
  }

  /** Writes what is in memory to the store: lines older than nine hours are looked for only there. */
  async flush(): Promise<void> {
    await fetch(this.url("/flush"), { method: "POST" });
  }

  /** @throws Error with Loki's own words when it refuses the query. */
  async query(expr: string, atMs: number): Promise<readonly Sample[]> {
    const parameters = new URLSearchParams({ query: expr, time: String(atMs / 1_000) });
    const { data } = await this.get<{
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    }>(`/loki/api/v1/query?${parameters.toString()}`);
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  async rules(): Promise<readonly LoadedRule[]> {
    const { data } = await this.get<{ data: { groups: { rules: LoadedRule[] }[] } }>(
      "/prometheus/api/v1/rules",
    );
    return data.groups.flatMap(({ rules }) => rules);
  }

  /** When the process was started, as Docker knows it. */
  async startedAt(): Promise<string> {
    return quiet`docker inspect --format {{.State.StartedAt}} ${this.id}`;
  }

  /** Where other containers reach it: `address:port`. */
  async address(): Promise<string> {
    const format = "{{.NetworkSettings.IPAddress}}";
    return `${await quiet`docker inspect --format ${format} ${this.id}`}:3100`;
  }

  /** Ends the process as a power cut does. */
  async kill(): Promise<void> {
    await quiet`docker kill ${this.id}`;
  }

  async restart(): Promise<void> {
    await this.halt();
    await this.resume();
  }

  /** Stops the process; what it has stored stays. */
  async halt(): Promise<void> {
    await quiet`docker stop ${this.id}`;
  }

  async resume(): Promise<void> {
    await quiet`docker start ${this.id}`;
    await this.ready();
  }

  /** Number of files below a folder of the data volume. The image has no program to list them. */
  async filesBelow(folder: string): Promise<number> {
    const copy = await mkdtemp(path.join(this.folder, "copy-"));
    await quiet`docker cp ${`${this.id}:${folder}`} ${copy}`;
    const entries = await readdir(copy, { recursive: true, withFileTypes: true });
    await rm(copy, { recursive: true });
    return entries.filter((entry) => entry.isFile()).length;
  }

  async stop(): Promise<void> {
    await removeFromDocker(`label=sightline.test=${this.id}`);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const published = await quiet`docker port ${this.id} 3100/tcp`;
    this.port = published.slice(published.lastIndexOf(":") + 1);
    await waitFor(
      { what: "Loki is ready", deadlineMs: 60_000, everyMs: 200 },
      async () => (await fetch(this.url("/ready"))).status,
      (status) => status === 200,
    );
  }

  private async get<T>(address: string): Promise<T> {
    const response = await fetch(this.url(address), { signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`${address} answered ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Where it listens, without a slash at the end. */
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  private get secretsFolder(): string {
    return path.join(this.folder, "secrets");
  }

  private url(address: string): string {
    return `${this.origin}${address}`;
  }
}

/** The files that a stack with these settings has for Loki: its configuration, and rules on logs. */
export function renderedFiles(settings: Settings, ruleGroups = logRuleGroups(settings)): Files {
  const { configuration } = spec(settings, ruleGroups);
  return configuration?.files({ lokiPushUrl: "", logBucket: "" }) ?? {};
}

function spec(settings: Settings, ruleGroups: readonly RuleGroup[] = []) {
  return lokiSpec(settings, () => ({ ...gather(settings, []), ruleGroups }));
}
