import path from "node:path";

import { INCOMING_PATH } from "../../configs/keeper";
import { STACK_LABEL } from "../../configs/labels";
import { CONFIG_PATH } from "../../configs/service-spec";
import { toYaml } from "../../configs/yaml";
import { waitFor } from "../lib/wait";
import { lastSetup } from "../setup/setup";
import type { BenchStack } from "./bench-stack";
import { type Deployed, uploadsOf } from "./deployed";
import { writeAll } from "./write-all";

/** Another name than our own server has in the stack's network: a keeper would ask either of them to reload. */
const SERVICE = "plain-prometheus";

/** The files that Prometheus' keeper puts in force, by their path in its folder. */
export function prometheusFiles(deployed: readonly Deployed[]): Readonly<Record<string, string>> {
  const keeper = deployed.find(({ name }) => name === "prometheus-config-container");
  if (!keeper) throw new Error("the stack has no keeper of Prometheus' files");
  const entries = Object.entries(uploadsOf(keeper));
  return Object.fromEntries(
    entries.flatMap(([file, text]) =>
      file.startsWith(`${INCOMING_PATH}/`) ? [[file.slice(INCOMING_PATH.length + 1), text]] : [],
    ),
  );
}

/**
 * A Prometheus as a Compose file has it: its files are mounted, and an edit is a restart. It reads the same
 * targets, from the stack's own network.
 */
export class PlainPrometheus {
  private constructor(
    private readonly stack: BenchStack,
    private readonly folder: string,
    private readonly compose: readonly string[],
  ) {}

  static async start(stack: BenchStack, deployed: readonly Deployed[]): Promise<PlainPrometheus> {
    const folder = await stack.scratch("plain-prometheus");
    const plain = new PlainPrometheus(stack, folder, (await lastSetup()).compose);
    const image = deployed.find(({ name }) => name === "prometheus-container")?.inputs.image;
    await plain.write(deployed);
    const network = stack.container("data");
    const label = { [STACK_LABEL]: stack.name };
    await writeAll(folder, {
      "docker-compose.yml": toYaml({
        services: {
          [SERVICE]: {
            image,
            container_name: plain.container,
            command: [
              `--config.file=${CONFIG_PATH}/prometheus.yml`,
              "--storage.tsdb.path=/prometheus",
            ],
            volumes: [`./files:${CONFIG_PATH}:ro`, "data:/prometheus"],
            networks: [network],
            labels: label,
          },
        },
        networks: { [network]: { external: true } },
        volumes: { data: { name: `${plain.container}-data`, labels: label } },
      }),
    });
    await plain.run("up", "-d");
    await waitFor(
      { what: "the other Prometheus is ready", deadlineMs: 60_000 },
      async () => (await fetch(`${await plain.origin()}/-/ready`)).status,
      (status) => status === 200,
    );
    return plain;
  }

  /** Writes other files, and restarts the server: it reads them at its start. */
  async replace(deployed: readonly Deployed[]): Promise<void> {
    await this.write(deployed);
    await this.run("restart", SERVICE);
  }

  async origin(): Promise<string> {
    return this.stack.internalUrl(this.container, 9090);
  }

  async remove(): Promise<void> {
    await this.run("down", "--volumes");
  }

  private async write(deployed: readonly Deployed[]): Promise<void> {
    await writeAll(path.join(this.folder, "files"), prometheusFiles(deployed));
  }

  private get container(): string {
    return `plain-of-${this.stack.name}`;
  }

  private async run(...words: readonly string[]): Promise<void> {
    const all = [...this.compose, "-p", this.container, ...words];
    await this.stack.commands.run(all, { folder: this.folder });
  }
}
