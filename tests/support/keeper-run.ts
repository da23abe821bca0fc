import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { KEEPER_IMAGE, RELOAD_SCRIPT_PATH } from "../../configs/keeper";
import type { Files } from "../../configs/service-spec";
import { repositoryRoot } from "../../tools/lib/paths";
import { lastSetup } from "../../tools/setup/setup";
import { removeFromDocker } from "./docker-cleanup";
import { quiet } from "./quiet";
import { waitFor } from "./wait";
import { writeFiles } from "./write-files";

const SCRIPT = path.join(repositoryRoot, "components", "keeper", "keeper.sh");

type KeeperEnvironment = Readonly<
  Partial<Record<"RELOAD_URL" | "OWNER_UID" | "GROUP_READS", string>>
>;

/** The real keeper of one server, without Pulumi: a network and a volume of their own. */
export class KeeperRun {
  readonly keeper: string;

  private constructor(
    /** Name of the network and of the volume, and the beginning of every container's. */
    readonly prefix: string,
    private readonly folder: string,
  ) {
    this.keeper = `${prefix}-keeper`;
  }

  static async create(prefix: string): Promise<KeeperRun> {
    await removeFromDocker(`name=^${prefix}`);
    const folder = await mkdtemp(path.join(tmpdir(), `${prefix}-`));
    await quiet`docker network create --internal ${prefix}`;
    await quiet`docker volume create ${prefix}`;
    return new KeeperRun(prefix, folder);
  }

  /**
   * Puts a new keeper in the place of the last one, as a deployment does.
   *
   * @param reloadScript what it runs in the place of a request. @default none
   * @param environment what keeper.sh reads; without RELOAD_URL it asks nobody for a reload
   * @param volumes further ones, as `docker run --volume` wants them. @default none
   */
  async deploy(
    files: Files,
    environment: KeeperEnvironment = {},
    reloadScript?: string,
    volumes: readonly string[] = [],
  ): Promise<void> {
    const incoming = path.join(this.folder, "incoming");
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming);
    await writeFiles(incoming, files);
    await quiet`docker rm --force ${this.keeper}`.catch(() => undefined);
    const run = [
      ...["--name", this.keeper, "--network", this.prefix, "--user", "0:0", "--cap-drop", "ALL"],
      ...(environment.OWNER_UID === undefined ? [] : ["--cap-add", "CHOWN"]),
      ...["--volume", `${this.prefix}:/volume`, "--entrypoint", "sh"],
      ...volumes.flatMap((volume) => ["--volume", volume]),
      ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ];
    const { images } = await lastSetup();
    await quiet`docker create ${run} ${images.keeper ?? KEEPER_IMAGE} /keeper.sh`;
    await quiet`docker cp ${SCRIPT} ${this.keeper}:/keeper.sh`;
    await quiet`docker cp ${incoming} ${this.keeper}:/incoming`;
    if (reloadScript !== undefined) {
      const script = path.join(this.folder, "reload.sh");
      await writeFile(script, reloadScript);
      await quiet`docker cp ${script} ${this.keeper}:${RELOAD_SCRIPT_PATH}`;
    }
    await quiet`docker start ${this.keeper}`;
  }

  /** Waits until the keeper says so of its files. */
  async statusIs(status: string): Promise<void> {
    await waitFor(
      { what: `keeper is ${status}`, deadlineMs: 30_000 },
      () => quiet`docker exec ${this.keeper} cat /tmp/status`,
      (seen) => seen === status,
    );
  }

  async remove(): Promise<void> {
    await removeFromDocker(`name=^${this.prefix}`);
    await rm(this.folder, { recursive: true, force: true });
  }
}
