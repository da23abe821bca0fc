import { STACK_LABEL } from "../../configs/labels";
import type { Page } from "../../configs/pages";
import { pageUrl } from "../../configs/pages";
import { homeOf, hostOf } from "../../configs/placement";
import type { Settings } from "../../configs/settings/settings";
import type { SettingsEdit } from "../../tools/stack/stack-file";
import { lines } from "./docker-cleanup";
import { EngineStack, type EngineStackParts } from "./engine-stack";
import type { Lab } from "./lab/lab";
import type { ServerAddresses } from "./servers";

/** A stack on hosts of a lab, which the engine reaches over ssh. The lab's removal ends all of it. */
export class RemoteStack extends EngineStack implements ServerAddresses {
  private current: Settings | undefined;

  private constructor(
    parts: EngineStackParts,
    private readonly lab: Lab,
  ) {
    super(parts);
  }

  /** @param hosts names in the lab, and in the settings, with what the lab does not say of them */
  static async create(
    name: string,
    lab: Lab,
    { hosts, edits }: { hosts: Readonly<Record<string, object>>; edits: SettingsEdit },
  ): Promise<RemoteStack> {
    const stack = new RemoteStack(await EngineStack.prepare(name), lab);
    const entries = Object.entries(hosts).map(([host, more]) => {
      const { sshEndpoint, address, hostKey } = lab.host(host);
      const own = { address, hostKey, identityFile: lab.identityFile };
      return [host, { endpoint: sshEndpoint, ...own, ...more }] as const;
    });
    await stack.edit({
      "sightline:hosts": Object.fromEntries(entries),
      "sightline:publish.address": "private",
      ...edits,
    });
    stack.current = await stack.settings();
    return stack;
  }

  pageUrl(page: Page): string {
    return pageUrl(this.known, page);
  }

  async lokiUrl(): Promise<string> {
    const { address } = hostOf(this.known, homeOf(this.known, "loki"));
    return Promise.resolve(`http://${address}:${this.known.publish.loki}`);
  }

  /** Docker's names of everything on a host that carries this stack's label. */
  async leftovers(host: string): Promise<readonly string[]> {
    const filter = `--filter label=${STACK_LABEL}=${this.name}`;
    const listed = await this.lab
      .host(host)
      .run(
        `docker ps --all ${filter} --format '{{.Names}}'; docker volume ls --quiet ${filter}; ` +
          `docker network ls ${filter} --format '{{.Name}}'`,
      );
    return lines(listed);
  }

  /** Identity and start of every container of this stack on a host, by name. */
  async containers(host: string): Promise<readonly string[]> {
    const listed = await this.lab
      .host(host)
      .run(
        `docker ps --quiet --filter label=${STACK_LABEL}=${this.name} | ` +
          `xargs docker inspect --format '{{.Name}} {{.Id}} {{.State.StartedAt}}'`,
      );
    return [...lines(listed)].sort();
  }

  /** Removes state and settings; what is deployed ends with the lab. */
  async remove(): Promise<void> {
    await this.forget();
  }

  private get known(): Settings {
    if (!this.current) throw new Error("the stack has no settings yet");
    return this.current;
  }
}
