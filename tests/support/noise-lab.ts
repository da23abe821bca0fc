import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import { specsOn } from "../../configs/hosts";
import type { ServiceSpec } from "../../configs/service-spec";
import type { Settings } from "../../configs/settings/settings";
import { parseSettings } from "../../configs/settings/settings";
import { toYaml } from "../../configs/yaml";
import { type ImageName, OFFICIAL_IMAGES } from "../../tools/images/official";
import { repositoryRoot } from "../../tools/lib/paths";
import { lastSetup } from "../../tools/setup/setup";
import type { CaughtMail } from "./alertmanager";
import { removeFromDocker } from "./docker-cleanup";
import { devRaw } from "./fixtures";
import { LokiServer, type PushedLine } from "./loki-server";
import { writeBlocks } from "./metric-blocks";
import { quiet } from "./quiet";
import { waitFor } from "./wait";
import { writeFiles } from "./write-files";

const READY_MS = 60_000;

/** What its servers remember. */
export interface Past {
  /** OpenMetrics, of Prometheus. */
  readonly samples: string;
  /** Of Loki. */
  readonly lines: readonly PushedLine[];
}

/**
 * A stack that has nothing but what `npm run noise` asks: a real Prometheus and a real Loki with a past, and
 * a real mail catcher. {@link stop} takes all of it away.
 */
export class NoiseLab {
  private loki: LokiServer | undefined;

  private constructor(
    readonly settings: Settings,
    private readonly folder: string,
    private catcherUrl: string,
  ) {}

  /** @param groups of alerting rules that Prometheus judges from now on; Loki has those of dev */
  static async start({ samples, lines }: Past, groups: readonly object[]): Promise<NoiseLab> {
    const stack = `noise-${randomBytes(4).toString("hex")}`;
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-noise-"));
    await chmod(folder, 0o755);
    const raw = devRaw();
    const config = Object.entries(raw).map(([key, value]) => [`sightline:${key}`, value] as const);
    await writeFiles(folder, {
      "Pulumi.yaml": toYaml({ config: Object.fromEntries(config) }),
      "prometheus.yml": toYaml({ rule_files: ["rules.yml"] }),
      "rules.yml": toYaml({ groups }),
    });
    const lab = new NoiseLab(parseSettings(raw, stack), folder, "");
    try {
      await quiet`docker volume create --label ${lab.label} ${stack}`;
      await quiet`docker network create --label ${lab.label} ${stack}`;
      lab.loki = await LokiServer.start({
        settings: lab.settings,
        dockerArgs: ["--network", stack, "--network-alias", "loki"],
      });
      await lab.loki.push(lines);
      // What is older than nine hours is looked for in the store.
      await lab.loki.flush();
      await lab.startPrometheus(samples);
      lab.catcherUrl = await lab.startCatcher();
      return lab;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** What `npm run noise -- <words>` prints. */
  async noise(...words: readonly string[]): Promise<string> {
    const { prefix } = this.settings;
    const file = path.join(this.folder, "Pulumi.yaml");
    const env = { ...process.env, SIGHTLINE_STACK: prefix, SIGHTLINE_STACK_FILE: file };
    const script = path.join(repositoryRoot, "tools", "bootstrap.mjs");
    const run = $({ quiet: true, cwd: repositoryRoot, env });
    return (await run`${process.execPath} ${script} noise ${words}`).stdout;
  }

  async mails(): Promise<readonly CaughtMail[]> {
    return (await (await fetch(`${this.catcherUrl}/email`)).json()) as CaughtMail[];
  }

  /** From then on Loki answers nobody. */
  async haltLoki(): Promise<void> {
    await this.loki?.halt();
  }

  async stop(): Promise<void> {
    await this.loki?.stop();
    await removeFromDocker(`label=${this.label}`);
    await rm(this.folder, { recursive: true, force: true });
  }

  private get label(): string {
    return `sightline.test=${this.settings.prefix}`;
  }

  private async startPrometheus(samples: string): Promise<void> {
    const { prefix } = this.settings;
    const volume = `${prefix}:/prometheus`;
    await writeBlocks(samples, { volume: prefix });
    const spec = this.spec("prometheus");
    await this.run(spec, {
      options: ["--network", prefix, "--volume", volume, "--volume", `${this.folder}:/config:ro`],
      args: ["--config.file=/config/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    });
  }

  private async startCatcher(): Promise<string> {
    const spec = this.spec("mail-catcher");
    // Of its ports, only that of its page is published, as in a stack.
    const id = await this.run(spec, {
      options: ["--publish", `127.0.0.1::${spec.port}`, "--tmpfs", "/tmp"],
      args: spec.args ?? [],
    });
    const url = `http://${await quiet`docker port ${id} ${`${spec.port}/tcp`}`}`;
    await waitFor(
      { what: "the mail catcher", deadlineMs: READY_MS },
      async () => (await fetch(`${url}/healthz`)).status,
      (status) => status === 200,
    );
    return url;
  }

  private spec(name: string): ServiceSpec {
    const spec = specsOn(this.settings, "monitoring").find((one) => one.name === name);
    if (!spec) throw new Error(`these settings deploy no ${name}`);
    return spec;
  }

  private async run(
    { name, user }: ServiceSpec,
    { options, args }: { readonly options: readonly string[]; readonly args: readonly string[] },
  ): Promise<string> {
    const image = (await lastSetup()).images[name] ?? OFFICIAL_IMAGES[name as ImageName];
    const own = ["--name", `${this.settings.prefix}-${name}`, "--label", this.label];
    return quiet`docker run --detach ${own} --user ${user} ${options} ${image} ${args}`;
  }
}
