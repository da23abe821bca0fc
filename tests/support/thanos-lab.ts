import { randomBytes } from "node:crypto";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { centralPort } from "../../configs/central";
import { placedSpecs } from "../../configs/hosts";
import {
  CONFIG_PATH,
  type Files,
  SECRETS_PATH,
  type ServiceSpec,
} from "../../configs/service-spec";
import type { Settings } from "../../configs/settings/settings";
import { BUCKET_ARGUMENT } from "../../configs/thanos/bucket";
import { ensureImages } from "../../tools/images/ensure-images";
import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { BucketServer } from "./bucket-server";
import { removeFromDocker } from "./docker-cleanup";
import { gatewayOf } from "./docker-network";
import { writeBlocks } from "./metric-blocks";
import { quiet } from "./quiet";
import { writeFiles } from "./write-files";

type BucketKind = BucketServer["kind"];

/** A block as the bucket has it. */
export interface Block {
  readonly resolutionMs: number;
  readonly minTime: number;
  readonly maxTime: number;
}

/** A series of a range query's answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/** A bucket, and in one network the real Prometheus and parts of Thanos that a stack would have. */
export class ThanosLab {
  private readonly folders: string[] = [];

  private constructor(
    readonly id: string,
    readonly bucket: BucketServer,
    private readonly images: Readonly<Record<"prometheus" | "thanos", string>>,
  ) {}

  static async start(kind: BucketKind): Promise<ThanosLab> {
    const { thanos } = await ensureImages(["thanos"]);
    if (thanos.unavailable !== undefined) throw new Error(`Thanos: ${thanos.unavailable}`);
    const { images } = await lastSetup();
    const id = `sightline-thanos-${randomBytes(4).toString("hex")}`;
    const label = `sightline.test=${id}`;
    await quiet`docker network create --label ${label} ${id}`;
    await quiet`docker volume create --label ${label} ${id}`;
    const bucket = await BucketServer.start(kind, await gatewayOf(id));
    return new ThanosLab(id, bucket, {
      prometheus: images.prometheus ?? OFFICIAL_IMAGES.prometheus,
      thanos: thanos.reference,
    });
  }

  /** Puts blocks of two hours among those of Prometheus. */
  async writeBlocks(openMetrics: string): Promise<void> {
    await writeBlocks(openMetrics, { volume: this.id });
  }

  /** Puts blocks into the bucket past the sidecar, as if they were of this Prometheus. */
  async upload(settings: Settings, openMetrics: string): Promise<void> {
    const folder = "/prometheus/others";
    await writeBlocks(openMetrics, { volume: this.id, target: folder });
    const label = `--label=env="${settings.environment}"`;
    const args = ["tools", "bucket", "upload-blocks", BUCKET_ARGUMENT, `--path=${folder}`, label];
    await this.run(settings, "thanos-sidecar", args);
  }

  /** Values of a metric without labels on the page of a part of Thanos; none while it starts. */
  async figures(name: string, metric: string): Promise<readonly number[]> {
    const origin = await this.origin(name, centralPort("thanos-query"));
    const page = await fetch(`${origin}/metrics`).then(
      (answer) => answer.text(),
      () => "",
    );
    return page
      .split("\n")
      .map((line) => line.split(" "))
      .filter(([series]) => series === metric)
      .map(([, value]) => Number(value));
  }

  /** Starts a container of the stack; one that runs already is replaced, and keeps its data. */
  async start(
    settings: Settings,
    name: string,
    { files, flags = [] }: { readonly files?: Files; readonly flags?: readonly string[] } = {},
  ): Promise<void> {
    await this.remove(name);
    await quiet`docker run --detach ${await this.words(settings, name, files)} ${flags}`;
  }

  /** Runs a part of Thanos until it ends by itself, in the place of its own arguments. */
  async run(settings: Settings, name: string, args: readonly string[]): Promise<string> {
    const words = await this.words(settings, name, undefined, args);
    return quiet`docker run --rm ${words}`;
  }

  async blocks(settings: Settings): Promise<readonly Block[]> {
    const line = "{{.Thanos.Downsample.Resolution}} {{.MinTime}} {{.MaxTime}}\n";
    const list = ["tools", "bucket", "ls", BUCKET_ARGUMENT, "--exclude-delete", "--output", line];
    const text = await this.run(settings, "thanos-store", list);
    return text
      .split("\n")
      .filter((words) => /^\d+ \d+ \d+$/.test(words))
      .map((words) => words.split(" ").map(Number))
      .map(([resolutionMs = 0, minTime = 0, maxTime = 0]) => ({ resolutionMs, minTime, maxTime }));
  }

  /** Where this machine reaches a container, without a slash at the end. */
  async origin(name: string, port: number): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${this.id}").IPAddress}}`;
    return `http://${await quiet`docker inspect --format ${format} ${this.container(name)}`}:${port}`;
  }

  /** A range query of a Prometheus or of the querier. */
  async queryRange(origin: string, parameters: Record<string, string>): Promise<readonly Series[]> {
    const query = new URLSearchParams(parameters).toString();
    const answer = await fetch(`${origin}/api/v1/query_range?${query}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${origin} answered ${text}`);
    return (JSON.parse(text) as { data: { result: readonly Series[] } }).data.result;
  }

  async stop(): Promise<void> {
    await removeFromDocker(`label=sightline.test=${this.id}`);
    await this.bucket.stop();
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }

  async remove(name: string): Promise<void> {
    await removeFromDocker(`name=^${this.container(name)}$`);
  }

  /** What follows `docker run`: as the stack's container, but for Prometheus' other files. */
  private async words(settings: Settings, name: string, files?: Files, args?: readonly string[]) {
    const spec = specOf(settings, name);
    const { environment = {}, temporaryPaths = [], volumes = [], sharedVolumes = [] } = spec;
    const links = { lokiPushUrl: "", logBucket: this.bucket.bucket };
    const config = await this.folder(files ?? spec.configuration?.files(links) ?? {});
    const secrets = await this.secretsOf(spec);
    const data = [...(name === "prometheus" ? volumes : []), ...sharedVolumes];
    const own = name === "prometheus" ? [] : volumes;
    const all = { ...environment, ...this.bucket.environment };
    return [
      ...(args ? [] : ["--name", this.container(name), "--network-alias", name]),
      ...["--label", `sightline.test=${this.id}`, "--network", this.id, "--user", spec.user],
      ...["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"],
      `--memory=${spec.memoryMegabytes}m`,
      ...temporaryPaths.map((folder) => `--tmpfs=${folder}`),
      ...data.map(({ path: target }) => `--volume=${this.id}:${target}`),
      ...own.map(({ path: target }) => `--volume=${target}`),
      ...[`--volume=${config}:${CONFIG_PATH}:ro`, `--volume=${secrets}:${SECRETS_PATH}:ro`],
      ...Object.entries(all).map(([key, value]) => `--env=${key}=${value}`),
      this.images[name === "prometheus" ? "prometheus" : "thanos"],
      ...(args ?? spec.args ?? []),
    ];
  }

  /** As a keeper writes them: for the server's user alone. */
  private async secretsOf({ secretFiles = [], user }: ServiceSpec): Promise<string> {
    const folder = await this.folder(
      Object.fromEntries(secretFiles.map((file) => [file, this.bucket.keyFile])),
    );
    const [uid = 0] = user.split(":").map(Number);
    for (const file of secretFiles) {
      await chmod(path.join(folder, file), 0o400);
      await chown(path.join(folder, file), uid, uid);
    }
    return folder;
  }

  private container(name: string): string {
    return `${this.id}-${name}`;
  }

  private async folder(files: Files): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-thanos-"));
    this.folders.push(folder);
    await writeFiles(folder, files);
    return folder;
  }
}

function specOf(settings: Settings, name: string): ServiceSpec {
  const spec = placedSpecs(settings).find((placed) => placed.spec.name === name)?.spec;
  if (!spec) throw new Error(`this stack has no ${name}`);
  return spec;
}
