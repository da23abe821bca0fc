import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { toYaml } from "../../configs/yaml";
import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { removeFromDocker } from "./docker-cleanup";
import { freePorts } from "./free-ports";
import { quiet } from "./quiet";
import { waitFor } from "./wait";

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
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-prometheus-"));
    await chmod(folder, 0o755);
    await writeFile(path.join(folder, "prometheus.yml"), toYaml(config), { mode: 0o644 });
    const { prometheus: port } = await freePorts(["prometheus"]);
    const id = `sightline-prometheus-${randomBytes(4).toString("hex")}`;
    const server = new PrometheusServer(id, folder, `http://127.0.0.1:${port}`);
    const container = [
      ...["--detach", "--name", id, "--label", `sightline.test=${id}`, "--user", "65534:65534"],
      ...["--read-only", "--volume", "/prometheus", "--volume", `${folder}:/config:ro`],
      ...["--publish", `127.0.0.1:${port}:9090`],
    ];
    const reference = (await lastSetup()).images.prometheus ?? OFFICIAL_IMAGES.prometheus;
    const flags = ["--config.file=/config/prometheus.yml", "--storage.tsdb.path=/prometheus"];
    await quiet`docker run ${container} ${reference} ${flags}`;
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

  async stop(): Promise<void> {
    await removeFromDocker(`label=sightline.test=${this.id}`);
    await rm(this.folder, { recursive: true, force: true });
  }
}
