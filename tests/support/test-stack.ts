import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { parse } from "yaml";
import { $ } from "zx";

import { STACK_LABEL } from "../../configs/labels";
import { SECRET_KEYS } from "../../configs/secrets";
import { parseSettings, type Settings } from "../../configs/settings/settings";
import type { ServiceAction } from "../../examples/website/containers";
import { setSiteService, siteNetwork, startSite, stopSite } from "../../examples/website/lifecycle";
import { repositoryRoot } from "../../tools/lib/paths";
import { lastSetup, type Setup } from "../../tools/setup/setup";
import { localBackend } from "../../tools/stack/backend";
import { LocalStack } from "../../tools/stack/stack";
import { editStackFile, type SettingsEdit } from "../../tools/stack/stack-file";
import { lines, removeFromDocker } from "./docker-cleanup";
import { freePorts } from "./free-ports";
import { quiet } from "./quiet";

const PUBLISHED = ["grafana", "prometheus", "alertmanager", "mail", "loki"] as const;
/** Ports of a test stack and its site, all free: other stacks may run beside it. */
export type Ports = Readonly<Record<"site" | (typeof PUBLISHED)[number], number>>;

interface Parts {
  readonly ports: Ports;
  readonly setup: Setup;
  /** Holds its state, its settings and the site's logs; removed at the end. */
  readonly folder: string;
  readonly stack: LocalStack;
}

/** One step of a preview: what would happen to which resource. */
export interface PlannedStep {
  readonly op: string;
  readonly urn: string;
}

/**
 * A stack of its own under the real engine: own name, ports, state folder and example site.
 * {@link remove} takes all of it away, also after a failure half way.
 */
export class TestStack {
  readonly name: string;
  readonly ports: Ports;
  private readonly setup: Setup;
  private readonly folder: string;
  private readonly stack: LocalStack;

  private constructor(parts: Parts) {
    this.name = parts.stack.name;
    this.ports = parts.ports;
    this.setup = parts.setup;
    this.folder = parts.folder;
    this.stack = parts.stack;
  }

  static async create(name: string, edits: SettingsEdit = {}): Promise<TestStack> {
    const setup = await lastSetup();
    const ports = await freePorts(["site", ...PUBLISHED]);
    const folder = await mkdtemp(path.join(tmpdir(), `sightline-${name}-`));
    const file = path.join(folder, `Pulumi.${name}.yaml`);
    await copyFile(path.join(repositoryRoot, "tests", "support", "Pulumi.test.yaml"), file);
    const environment = { ...setup.environment, ...(await localBackend(folder)) };
    const stack = new LocalStack(name, environment, file);
    const published = Object.fromEntries(PUBLISHED.map((service) => [service, ports[service]]));
    await editStackFile(file, {
      "sightline:site.dockerNetwork": siteNetwork(siteProjectOf(name)),
      "sightline:logs.directories": logFolders(folder),
      "sightline:publish": published,
      ...edits,
    });
    try {
      await stack.prepare(setup);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return new TestStack({ ports, setup, folder, stack });
  }

  /** Whether this machine has an image of Grafana. */
  get hasGrafana(): boolean {
    return this.setup.hasGrafana;
  }

  /** Starts the site that this stack watches. */
  async startSite(): Promise<void> {
    await startSite({
      project: this.siteProject,
      port: this.ports.site,
      bind: "127.0.0.1",
      logDir: this.logFolder,
      images: this.setup.websiteImages,
      composeCommand: [...this.setup.compose],
    });
  }

  /** Starts, stops or pauses one service of the site. */
  async site(action: ServiceAction, service: string): Promise<void> {
    await setSiteService(this.siteProject, action, service);
  }

  /** Changes settings; the next {@link up} deploys them. */
  async edit(edits: SettingsEdit): Promise<void> {
    await editStackFile(this.stack.file, edits);
  }

  /** The settings as the program reads them now. */
  async settings(): Promise<Settings> {
    const { config } = parse(await readFile(this.stack.file, "utf8")) as { config: object };
    const plain = Object.entries(config)
      .map(([key, value]: [string, unknown]) => [key.replace("sightline:", ""), value] as const)
      .filter(([key]) => !SECRET_KEYS.includes(key));
    return parseSettings(Object.fromEntries(plain), this.name);
  }

  /** Sets a secret setting; the next {@link up} deploys it. */
  async setSecret(key: string, value: string): Promise<void> {
    await this.pulumi(["config", "set", "--secret", key], { input: value });
  }

  /** `pulumi up`. @throws with the engine's output when it fails */
  async up(): Promise<string> {
    return this.pulumi(["up", "--yes", "--skip-preview", "--non-interactive"]);
  }

  /** Every resource that `pulumi up` would touch now. */
  async plannedSteps(flags: readonly string[] = []): Promise<readonly PlannedStep[]> {
    const text = await this.pulumi(["preview", "--json", "--non-interactive", ...flags]);
    const { steps } = JSON.parse(text) as { steps: readonly PlannedStep[] };
    // "refresh" only says that Docker was asked; what it found different is a step of its own.
    const changes = steps.filter(({ op }) => op !== "same" && op !== "refresh");
    return changes.map(({ op, urn }) => ({ op, urn }));
  }

  /** Replaces the containers of some services, as a new image would. */
  async replace(services: readonly string[]): Promise<void> {
    const exported = JSON.parse(await this.pulumi(["stack", "export"])) as {
      deployment: { resources: readonly { urn: string }[] };
    };
    const urns = exported.deployment.resources.map(({ urn }) => urn);
    const replaced = services.map((service) =>
      urns.find((urn) => urn.endsWith(`::${service}-container`)),
    );
    const flags = replaced.flatMap((urn) => (urn ? ["--replace", urn] : []));
    await this.pulumi(["up", "--yes", "--skip-preview", "--non-interactive", ...flags]);
  }

  async destroy(): Promise<void> {
    await this.pulumi(["destroy", "--yes", "--skip-preview", "--non-interactive"]);
  }

  /** Docker's names of everything that carries this stack's label. */
  async leftovers(): Promise<readonly string[]> {
    const { filter } = this;
    const [containers, volumes, networks] = await Promise.all([
      quiet`docker ps --all --filter ${filter} --format {{.Names}}`,
      quiet`docker volume ls --filter ${filter} --format {{.Name}}`,
      quiet`docker network ls --filter ${filter} --format {{.Name}}`,
    ]);
    return [containers, volumes, networks].flatMap(lines);
  }

  /** Takes everything away, by the engine where it still can, else by label. */
  async remove(): Promise<void> {
    await this.destroy().catch(() => undefined);
    await removeFromDocker(this.filter);
    await stopSite({
      project: this.siteProject,
      logDir: this.logFolder,
      detach: true,
    });
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Docker's name of one of this stack's containers. */
  container(service: string): string {
    return `${this.name}-${service}`;
  }

  /** Docker's filter for all that carries this stack's label. */
  private get filter(): string {
    return `label=${STACK_LABEL}=${this.name}`;
  }

  /** The folder with the site's logs: `nginx`, `app` and `redis`. */
  get logFolder(): string {
    return path.join(this.folder, "logs");
  }

  /** Address of the site on this machine. */
  get siteUrl(): string {
    return `http://127.0.0.1:${this.ports.site}`;
  }

  /** Compose project of the site. */
  get siteProject(): string {
    return siteProjectOf(this.name);
  }

  private async pulumi(
    words: readonly string[],
    options: { readonly input?: string } = {},
  ): Promise<string> {
    const env = { ...process.env, ...this.stack.environment };
    // `pulumi stack …` knows no settings.
    const settings = words[0] === "stack" ? [] : ["--config-file", this.stack.file];
    const flags = ["--stack", this.name, ...settings];
    const result = await $({
      cwd: repositoryRoot,
      env,
      quiet: true,
      nothrow: true,
      ...options,
    })`pulumi ${words} ${flags}`;
    if (result.exitCode === 0) return result.stdout;
    throw new Error(`pulumi ${words.join(" ")} failed:\n${result.stdout}\n${result.stderr}`);
  }
}

/** Not with the stack's name in front: by that the stack's own containers are told from others. */
function siteProjectOf(stack: string): string {
  return `site-of-${stack}`;
}

function logFolders(folder: string): Record<string, string> {
  const logs = path.join(folder, "logs");
  return Object.fromEntries(["nginx", "app", "redis"].map((name) => [name, path.join(logs, name)]));
}
