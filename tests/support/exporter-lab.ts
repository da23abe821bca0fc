import { randomBytes } from "node:crypto";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { placedSpecs } from "../../configs/hosts";
import {
  CONFIG_PATH,
  type Files,
  SECRETS_PATH,
  type ServiceSpec,
} from "../../configs/service-spec";
import type { Settings } from "../../configs/settings/settings";
import { ensureImages } from "../../tools/images/ensure-images";
import { EXPORTER_IMAGE_NAMES } from "../../tools/images/official";
import { removeFromDocker } from "./docker-cleanup";
import { PrometheusServer } from "./prometheus-server";
import { quiet } from "./quiet";
import { LINKS } from "./render-stack";
import { writeFiles } from "./write-files";

/** A server of the site: an image, what it is told, and how it is called in the site's network. */
export interface SiteServer {
  readonly name: string;
  readonly image: string;
  readonly options?: readonly string[];
  readonly command?: readonly string[];
}

/** Of those without a way to be told, the ones that do not look again by themselves. */
const READS_AT_START = ["postgres-exporter"];

/**
 * Servers of a site in a network, the exporters that a stack has for them, as it would run them, and
 * a Prometheus with the files that it would have.
 */
export class ExporterLab {
  private readonly folders: string[] = [];
  private prometheus: PrometheusServer | undefined;

  private constructor(
    readonly id: string,
    private readonly settings: Settings,
  ) {}

  static async start(settings: Settings): Promise<ExporterLab> {
    const id = `sightline-exporters-${randomBytes(4).toString("hex")}`;
    await quiet`docker network create --label ${`sightline.test=${id}`} ${id}`;
    return new ExporterLab(id, settings);
  }

  /** Where Prometheus listens. */
  get origin(): string {
    return this.prometheus?.origin ?? "";
  }

  /** Starts a server of the site. */
  async startServer({ name, image, options = [], command = [] }: SiteServer): Promise<void> {
    await quiet`docker run ${this.inNetwork(name)} ${options} ${image} ${command}`;
  }

  /** Starts every exporter of the stack, each with the passwords that it needs, by file. */
  async startExporters(secrets: Readonly<Record<string, string>>): Promise<void> {
    const wanted = EXPORTER_IMAGE_NAMES.filter((name) => this.exporters().has(name));
    const images = await ensureImages(wanted);
    for (const tool of wanted) {
      const spec = this.exporters().get(tool);
      const image = images[tool];
      if (!spec || image.unavailable !== undefined) throw new Error(`no image of ${tool}`);
      await this.startExporter(spec, image.reference, secrets);
    }
  }

  /** Where this machine reaches a container. */
  async addressOf(name: string): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${this.id}").IPAddress}}`;
    return quiet`docker inspect --format ${format} ${this.container(name)}`;
  }

  /** What an exporter printed. */
  async logOf(tool: string): Promise<string> {
    const { spec } = await this.found(tool);
    return quiet`docker logs ${this.container(spec.name)} 2>&1`;
  }

  /** Puts another password into an exporter's file, and has it read as its keeper would. */
  async changeSecrets(tool: string, secrets: Readonly<Record<string, string>>): Promise<void> {
    const { address, spec, secretsFolder } = await this.found(tool);
    await writeSecrets(secretsFolder, spec, secrets);
    if (READS_AT_START.includes(tool)) {
      await quiet`docker restart ${this.container(spec.name)}`;
      return;
    }
    if (spec.secretsReloadPath === undefined) return;
    const url = `http://${address}:${spec.port}${spec.secretsReloadPath}`;
    const { status } = await fetch(url, { method: "POST" });
    if (status !== 200) throw new Error(`${url} answered ${status}`);
  }

  async startPrometheus(): Promise<void> {
    const spec = this.specs().find(({ name }) => name === "prometheus");
    const files = spec?.configuration?.files(LINKS) ?? {};
    this.prometheus = await PrometheusServer.startWith(files, { network: this.id });
  }

  async docker(verb: "start" | "stop", server: string): Promise<void> {
    await quiet`docker ${verb} ${this.container(server)}`;
  }

  /** Runs something in a server's container. */
  async run(server: string, command: readonly string[]): Promise<string> {
    return quiet`docker exec ${this.container(server)} ${command}`;
  }

  async stop(): Promise<void> {
    await this.prometheus?.stop();
    await removeFromDocker(`label=sightline.test=${this.id}`);
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }

  private readonly secretsFolders = new Map<string, string>();

  private async startExporter(
    spec: ServiceSpec,
    image: string,
    secrets: Readonly<Record<string, string>>,
  ): Promise<void> {
    const files = spec.configuration?.files(LINKS);
    const configFolder = files && (await this.folder(files));
    const secretsFolder = await this.folder({});
    this.secretsFolders.set(spec.name, secretsFolder);
    await writeSecrets(secretsFolder, spec, secrets);
    const mounts = [
      ...(spec.hostMounts ?? []).map(({ source, target }) => `${source}:${target}:ro`),
      ...(configFolder ? [`${configFolder}:${CONFIG_PATH}:ro`] : []),
      `${secretsFolder}:${SECRETS_PATH}:ro`,
    ];
    const options = [
      ...["--user", spec.user, "--read-only", "--cap-drop=ALL"],
      ...["--security-opt=no-new-privileges", `--memory=${spec.memoryMegabytes}m`],
      ...(spec.temporaryPaths ?? []).map((folder) => `--tmpfs=${folder}`),
      ...mounts.map((mount) => `--volume=${mount}`),
      ...Object.entries(spec.environment ?? {}).map(([key, value]) => `--env=${key}=${value}`),
    ];
    const [program, ...before] = spec.entrypoint ?? [];
    const run = [
      ...this.inNetwork(spec.name),
      ...options,
      ...(program ? ["--entrypoint", program] : []),
    ];
    await quiet`docker run ${run} ${image} ${before} ${spec.args ?? []}`;
  }

  private inNetwork(name: string): readonly string[] {
    return [
      ...["--detach", "--name", this.container(name), "--label", `sightline.test=${this.id}`],
      ...["--network", this.id, "--network-alias", name],
    ];
  }

  /** Docker's name of a server's or exporter's container. */
  container(name: string): string {
    return `${this.id}-${name}`;
  }

  private async folder(files: Files): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-exporter-"));
    this.folders.push(folder);
    await writeFiles(folder, files);
    return folder;
  }

  private specs(): readonly ServiceSpec[] {
    return placedSpecs(this.settings).map(({ spec }) => spec);
  }

  private exporters(): ReadonlyMap<string, ServiceSpec> {
    return new Map(this.specs().map((spec) => [spec.tool ?? spec.name, spec]));
  }

  private async found(tool: string) {
    const spec = this.exporters().get(tool);
    if (!spec) throw new Error(`this stack has no ${tool}`);
    const address = await this.addressOf(spec.name);
    return { spec, address, secretsFolder: this.secretsFolders.get(spec.name) ?? "" };
  }
}

/** As a keeper writes them: for the server's user alone. */
async function writeSecrets(
  folder: string,
  spec: ServiceSpec,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  const files = (spec.secretFiles ?? []).map((file) => {
    const secret = secrets[file] ?? "";
    return [file, spec.secretTexts?.[file]?.(secret) ?? secret] as const;
  });
  await writeFiles(folder, Object.fromEntries(files));
  const [uid = 0] = spec.user.split(":").map(Number);
  for (const [file] of files) {
    await chmod(path.join(folder, file), 0o400);
    await chown(path.join(folder, file), uid, uid);
  }
}
