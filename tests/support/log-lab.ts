import { appendFile, chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import {
  CONFIG_PATH,
  type Files,
  SECRETS_PATH,
  type ServiceSpec,
  toolOf,
} from "../../configs/service-spec";
import type { lokiConfig } from "../../configs/services/loki";
import { type ImageName, OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { removeFromDocker } from "./docker-cleanup";
import { devSettings } from "./fixtures";
import { LokiServer } from "./loki-server";
import { quiet } from "./quiet";
import { LINKS } from "./render-stack";
import { waitFor } from "./wait";
import { putInForce } from "./write-files";

/** Where a container finds what its keepers keep. */
const KEPT = { config: CONFIG_PATH, secrets: SECRETS_PATH } as const;

/** A line as Loki has it. */
export interface StoredEntry {
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly line: string;
  /** ISO 8601, with as many digits of the second's fraction as are not zero. */
  readonly time: string;
}

export interface Streams {
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly lines: number;
}

/** Loki takes lines of any age, and of the rest of a year that has no March yet. */
function ofAnyAge(config: ReturnType<typeof lokiConfig>): object {
  return {
    ...config,
    ingester: { ...config.ingester, max_chunk_age: "43800h" },
    limits_config: {
      ...config.limits_config,
      creation_grace_period: "8784h",
      max_query_length: "0s",
      // A question over months is asked once, not once for each hour.
      split_queries_by_interval: "8784h",
    },
  };
}

/** A real Loki, and real agents as the stack runs them, in a Docker network of their own. */
export class LogLab {
  private loki: LokiServer | undefined;

  private constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly images: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param topic tells the containers of two test files apart
   * @param change what Loki has otherwise than deployed. @default it takes lines of any age
   */
  static async create(
    topic: string,
    change: (config: ReturnType<typeof lokiConfig>) => object = ofAnyAge,
  ): Promise<LogLab> {
    const { images } = await lastSetup();
    const name = `sightline-${topic}-${process.pid}`;
    const folder = await mkdtemp(path.join(tmpdir(), `${name}-`));
    await chmod(folder, 0o755);
    const lab = new LogLab(name, folder, images);
    try {
      await quiet`docker network create --label ${lab.label} ${name}`;
      lab.loki = await LokiServer.start({
        settings: devSettings({ logs: { retention: "3650d" } }),
        change,
        dockerArgs: ["--network", name, "--network-alias", "loki"],
      });
    } catch (error) {
      await lab.remove();
      throw error;
    }
    return lab;
  }

  /** Writes a file that agents find at an absolute path. */
  async write(file: string, text: string): Promise<void> {
    await this.writeAll("logs", { [file]: text });
  }

  /** Adds lines to a file that {@link write} has written. */
  async append(file: string, text: string): Promise<void> {
    await appendFile(path.join(this.folder, "logs", file), text);
  }

  /**
   * Runs a container from its spec, with what {@link write} wrote in the place of its host's folders.
   *
   * @param alias its name in the lab. @default the spec's
   * @param parts where it pushes, and what its secret files hold. @default Loki itself, none
   */
  async start(
    spec: ServiceSpec,
    alias = spec.name,
    parts: { readonly lokiPushUrl?: string; readonly secrets?: Files } = {},
  ): Promise<void> {
    const { secrets = {}, ...links } = parts;
    const files = spec.configuration?.files({ ...LINKS, ...links }) ?? {};
    await this.replace("config", alias, files);
    await this.replace("secrets", alias, secrets);
    await this.run(toolOf(spec) as ImageName, {
      alias,
      options: [
        `--user=${spec.user}`,
        "--read-only",
        "--cap-drop=ALL",
        ...Object.entries(spec.environment ?? {}).map(([key, value]) => `--env=${key}=${value}`),
        `--memory=${spec.memoryMegabytes}m`,
        ...(spec.temporaryPaths ?? []).map((target) => `--tmpfs=${target}`),
        ...(spec.hiddenPaths ?? []).map((target) => `--tmpfs=${target}:ro,size=4k`),
        ...(spec.volumes ?? []).map(({ path: target }) => `--volume=${target}`),
        ...(await this.mounts(spec)),
        ...["config" as const, "secrets" as const].map(
          (role) => `--volume=${this.keptFolder(role, alias)}:${path.dirname(KEPT[role])}:ro`,
        ),
      ],
      args: spec.args ?? [],
    });
  }

  /** Puts other files into force, as the container's keeper of that role does. */
  async replace(role: keyof typeof KEPT, alias: string, files: Files): Promise<void> {
    await mkdir(this.keptFolder(role, alias), { recursive: true });
    await putInForce(this.keptFolder(role, alias), files);
  }

  /** Runs `docker <word>` on a container of the lab: stop, start, restart or kill. */
  async docker(word: "stop" | "start" | "restart" | "kill", alias: string): Promise<void> {
    await quiet`docker ${word} ${`${this.name}-${alias}`}`;
  }

  /** Address of a container in the lab's network. */
  async addressOf(alias: string): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${this.name}").IPAddress}}`;
    return quiet`docker inspect --format ${format} ${`${this.name}-${alias}`}`;
  }

  /** The store of lines, to be halted and resumed. */
  get store(): LokiServer {
    if (!this.loki) throw new Error("the lab has no Loki");
    return this.loki;
  }

  /** Starts a container of one of the stack's images in the lab's network. */
  async run(
    image: ImageName,
    container: {
      readonly alias: string;
      readonly options?: readonly string[];
      readonly args: readonly string[];
    },
  ): Promise<void> {
    const { alias, options = [], args } = container;
    const reference = this.images[image] ?? OFFICIAL_IMAGES[image];
    const place = [
      `--name=${this.name}-${alias}`,
      `--label=${this.label}`,
      `--network=${this.name}`,
      `--network-alias=${alias}`,
    ];
    await quiet`docker run --detach ${place} ${[...options]} ${reference} ${[...args]}`;
  }

  /** Runs a command in a container and returns what it printed. @throws when it fails */
  async exec(alias: string, command: readonly string[]): Promise<string> {
    return quiet`docker exec ${`${this.name}-${alias}`} ${command}`;
  }

  /** What a container serves on a port, as text. */
  async page(alias: string, portAndPath: string): Promise<string> {
    const answer = await fetch(`http://${await this.addressOf(alias)}:${portAndPath}`, {
      signal: AbortSignal.timeout(20_000),
    });
    if (!answer.ok) throw new Error(`${alias} answered ${answer.status} on ${portAndPath}`);
    return answer.text();
  }

  /** Waits until each container answers on a port and path. */
  async ready(pages: Readonly<Record<string, string>>): Promise<void> {
    for (const [alias, portAndPath] of Object.entries(pages)) {
      await waitFor(
        { what: `${alias} is ready`, deadlineMs: 30_000, everyMs: 200 },
        () => this.page(alias, portAndPath),
        () => true,
      );
    }
  }

  /** What Loki has of a selector between two days or times, the first included. */
  async entries(selector: string, from: string, to: string): Promise<readonly StoredEntry[]> {
    const parameters = new URLSearchParams({
      query: selector,
      start: from,
      end: to,
      limit: "5000",
    });
    const { data } = await this.get<EntriesAnswer>(`query_range?${parameters.toString()}`);
    return data.result.flatMap(({ stream, values }) =>
      values.map(([nanoseconds, line, { structuredMetadata = {} } = {}]) => ({
        labels: stream,
        fields: structuredMetadata,
        line,
        time: isoTime(nanoseconds),
      })),
    );
  }

  /** Labels of every stream of a selector in the last hours, and the number of lines in all of them. */
  async streams(selector: string, hours = 1): Promise<Streams> {
    const since = `${hours}h`;
    const series = new URLSearchParams({ "match[]": selector, since });
    const count = new URLSearchParams({ query: `sum(count_over_time(${selector}[${since}]))` });
    const { data: labels } = await this.get<{ data: Streams["labels"] }>(
      `series?${series.toString()}`,
    );
    const { data } = await this.get<CountAnswer>(`query?${count.toString()}`);
    return { labels, lines: Number(data.result[0]?.value[1] ?? 0) };
  }

  /** Takes everything away. */
  async remove(): Promise<void> {
    await this.loki?.stop();
    await removeFromDocker(`label=${this.label}`);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A folder of the lab for each of the host's; the Docker socket and the host as a whole are real. */
  private async mounts({ hostMounts = [] }: ServiceSpec): Promise<readonly string[]> {
    const options = hostMounts.map(async ({ source, target }) => {
      if (source.endsWith(".sock") || source === "/") return `--volume=${source}:${target}:ro`;
      const folder = path.join(this.folder, "logs", target);
      await mkdir(folder, { recursive: true });
      return `--volume=${folder}:${target}:ro`;
    });
    return Promise.all(options);
  }

  private keptFolder(role: keyof typeof KEPT, alias: string): string {
    return path.join(this.folder, `${role}-${alias}`);
  }

  private get label(): string {
    return `sightline.lab=${this.name}`;
  }

  private async get<T>(query: string): Promise<T> {
    const answer = await fetch(`${this.loki?.origin}/loki/api/v1/${query}`, {
      // Fields apart from labels.
      headers: { "X-Loki-Response-Encoding-Flags": "categorize-labels" },
      signal: AbortSignal.timeout(20_000),
    });
    if (!answer.ok) throw new Error(`Loki answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** World-readable below a folder of the lab: each image's own user reads them. */
  private async writeAll(folder: string, files: Files): Promise<string> {
    const root = path.join(this.folder, folder);
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(root, name);
      await mkdir(path.dirname(file), { recursive: true, mode: 0o755 });
      await writeFile(file, text, { mode: 0o644 });
    }
    return root;
  }
}

interface EntriesAnswer {
  readonly data: {
    readonly result: readonly {
      readonly stream: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [
        string,
        string,
        { readonly structuredMetadata?: Readonly<Record<string, string>> }?,
      ])[];
    }[];
  };
}

interface CountAnswer {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

/** Loki counts nanoseconds; JavaScript's dates end at milliseconds. */
function isoTime(nanoseconds: string): string {
  const seconds = new Date(Number(nanoseconds.slice(0, -9)) * 1_000).toISOString().slice(0, 19);
  const fraction = nanoseconds.slice(-9).replace(/0+$/, "");
  return `${seconds}${fraction === "" ? "" : `.${fraction}`}Z`;
}
