import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Files } from "../../configs/service-spec";
import { toYaml } from "../../configs/yaml";
import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { removeFromDocker } from "./docker-cleanup";
import { freePorts } from "./free-ports";
import { quiet } from "./quiet";
import { waitFor } from "./wait";
import { writeFiles } from "./write-files";

/** A real Prometheus in a container of its own. */
export class PrometheusServer {
  private constructor(
    private readonly id: string,
    private readonly folder: string,
    /** Where it listens, without a slash at the end. */
    readonly origin: string,
  ) {}

  /** @param config what its prometheus.yml says */
  static async start(config: object): Promise<PrometheusServer> {
    return PrometheusServer.startWith({ "prometheus.yml": toYaml(config) });
  }

  /**
   * @param files its prometheus.yml and what that refers to
   * @param options `network`: where its targets are, by their names. @default Docker's own;
   *   `environment`: variables of its process. @default none; `flags`: besides the two that name its
   *   file and its folder. @default none
   */
  static async startWith(
    files: Files,
    {
      network = "bridge",
      environment = {},
      flags = [],
    }: {
      readonly network?: string;
      readonly environment?: Readonly<Record<string, string>>;
      readonly flags?: readonly string[];
    } = {},
  ): Promise<PrometheusServer> {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-prometheus-"));
    await writeFiles(folder, files);
    const { prometheus: port } = await freePorts(["prometheus"]);
    const id = `sightline-prometheus-${randomBytes(4).toString("hex")}`;
    const server = new PrometheusServer(id, folder, `http://127.0.0.1:${port}`);
    const container = [
      ...["--detach", "--name", id, "--label", `sightline.test=${id}`, "--user", "65534:65534"],
      ...["--read-only", "--volume", "/prometheus", "--volume", `${folder}:/config:ro`],
      ...["--publish", `127.0.0.1:${port}:9090`, "--network", network],
      ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ];
    const reference = (await lastSetup()).images.prometheus ?? OFFICIAL_IMAGES.prometheus;
    const own = ["--config.file=/config/prometheus.yml", "--storage.tsdb.path=/prometheus"];
    await quiet`docker run ${container} ${reference} ${own} ${flags}`;
    try {
      await waitFor(
        { what: "Prometheus is ready", deadlineMs: 30_000, everyMs: 200 },
        async () => (await fetch(`${server.origin}/-/ready`)).status,
        (status) => status === 200,
      );
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Names of the alerts that fire. */
  async firing(): Promise<readonly string[]> {
    const { data } = (await (await fetch(`${this.origin}/api/v1/alerts`)).json()) as {
      data: { alerts: readonly { state: string; labels: Readonly<Record<string, string>> }[] };
    };
    return data.alerts
      .filter(({ state }) => state === "firing")
      .map(({ labels }) => labels.alertname ?? "");
  }

  /** Writes files of its configuration anew, without telling it. */
  async write(files: Files): Promise<void> {
    await writeFiles(this.folder, files);
  }

  /** The values of an instant query, in the order of its answer. */
  async values(query: string): Promise<readonly number[]> {
    const asked = await fetch(
      `${this.origin}/api/v1/query?${new URLSearchParams({ query }).toString()}`,
    );
    const { data } = (await asked.json()) as {
      data: { result: readonly { value: readonly [number, string] }[] };
    };
    return data.result.map(({ value }) => Number(value[1]));
  }

  async stop(): Promise<void> {
    await removeFromDocker(`label=sightline.test=${this.id}`);
    await rm(this.folder, { recursive: true, force: true });
  }
}
