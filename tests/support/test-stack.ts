import path from "node:path";

import { STACK_LABEL } from "../../configs/labels";
import type { Page } from "../../configs/pages";
import type { ServiceAction } from "../../examples/website/containers";
import { setSiteService, siteNetwork, startSite, stopSite } from "../../examples/website/lifecycle";
import { lines, namesInDocker, removeFromDocker } from "../../tools/lib/docker-cleanup";
import { type SettingsEdit } from "../../tools/stack/stack-file";
import { EngineStack, type EngineStackParts, type WithPlugin } from "./engine-stack";
import { freePorts } from "./free-ports";
import { quiet } from "./quiet";
import type { ServerAddresses } from "./servers";

const PUBLISHED = ["grafana", "prometheus", "alertmanager", "mail", "loki"] as const;
/** Ports of a test stack and its site, all free: other stacks may run beside it. */
export type Ports = Readonly<Record<"site" | (typeof PUBLISHED)[number], number>>;

/**
 * A stack on this machine's Docker: own name, ports, state folder and example site.
 * {@link remove} takes all of it away, also after a failure half way.
 */
export class TestStack extends EngineStack implements ServerAddresses {
  private constructor(
    parts: EngineStackParts,
    readonly ports: Ports,
  ) {
    super(parts);
  }

  /** @param withPlugin see {@link EngineStack.prepare} */
  static async create(
    name: string,
    edits: SettingsEdit = {},
    withPlugin?: WithPlugin,
  ): Promise<TestStack> {
    const ports = await freePorts(["site", ...PUBLISHED]);
    const stack = new TestStack(await EngineStack.prepare(name, withPlugin), ports);
    const published = Object.fromEntries(PUBLISHED.map((service) => [service, ports[service]]));
    await stack.edit({
      "sightline:site.dockerNetwork": siteNetwork(stack.siteProject),
      "sightline:logs.directories": logFolders(stack.logFolder),
      "sightline:publish": published,
      ...edits,
    });
    return stack;
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

  /** Docker's names of everything that carries this stack's label. */
  async leftovers(): Promise<readonly string[]> {
    return namesInDocker(this.filter);
  }

  /** Which containers run, and since when. */
  async running(): Promise<readonly string[]> {
    const { filter } = this;
    const ids = lines(await quiet`docker ps --quiet --filter ${filter}`);
    const format = "{{.Name}} {{.Id}} {{.State.StartedAt}}";
    return [...lines(await quiet`docker inspect --format ${format} ${ids}`)].sort();
  }

  /** Takes away what is deployed without the engine knowing, as a disk that is lost. */
  async loseHost(): Promise<void> {
    await removeFromDocker(this.filter);
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
    await this.forget();
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

  /**
   * Compose project of the site. Not with the stack's name in front: by that the stack's own
   * containers are told from others.
   */
  get siteProject(): string {
    return `site-of-${this.name}`;
  }

  pageUrl(page: Page): string {
    return `http://127.0.0.1:${this.ports[page]}`;
  }

  /** Loki publishes no port. */
  async lokiUrl(): Promise<string> {
    return this.internalUrl("loki", 3100);
  }

  /** Where a container is asked that publishes no port: at its address in the stack's internal network. */
  async internalUrl(service: string, port: number): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${this.container("data")}").IPAddress}}`;
    const address = await quiet`docker inspect --format ${format} ${this.container(service)}`;
    return `http://${address}:${port}`;
  }
}

function logFolders(logs: string): Record<string, string> {
  return Object.fromEntries(["nginx", "app", "redis"].map((name) => [name, path.join(logs, name)]));
}
