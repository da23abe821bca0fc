import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import { ensureDebianImage } from "../../tools/images/debian";
import { repositoryRoot } from "../../tools/lib/paths";
import { quiet } from "./quiet";

/** What a runner of a CI has besides Node.js: Docker's commands, git, certificates. */
const PACKAGES = [
  ...["bash", "ca-certificates", "docker-compose", "docker.io", "git", "libstdc++6"],
  ...["iproute2", "openssh-client", "procps", "xz-utils"],
];
/** How this machine reaches its package registries and archives of tools, where it has such files. */
const ROUTES = [path.join(homedir(), ".npmrc"), "/usr/etc/npmrc", "/etc/ssl"];
const TOOLCHAIN = "SIGHTLINE_TOOLCHAIN_PATH";
/** Servers that this machine has compiled: where no registry has their images, they are made of these. */
const COMPILED = path.join(homedir(), ".cache", "sightline", "tools");

export interface Ended {
  readonly exitCode: number | null;
  readonly said: string;
}

/**
 * A container that has nothing of ours but a clone of the last commit: no dependencies, no Pulumi, no
 * settings of this machine's users. It works with this machine's Docker, so its clone lies at the same
 * path here and there, and finds what stands in for images that cannot be pulled.
 */
export class CleanContainer {
  private constructor(
    readonly folder: string,
    private readonly id: string,
  ) {}

  static async start(): Promise<CleanContainer> {
    const image = await ensureDebianImage({ name: "clean-runner", packages: PACKAGES });
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-clean-"));
    try {
      await quiet`git clone --quiet ${repositoryRoot} ${path.join(folder, "sightline")}`;
      await mkdir(path.join(folder, "tmp"));
      await cp(COMPILED, path.join(folder, "tools"), { recursive: true });
      const modules = path.join(path.dirname(process.execPath), "..", "lib", "node_modules");
      const toolchain = process.env[TOOLCHAIN];
      const readOnly = [
        process.execPath,
        path.resolve(modules),
        ...ROUTES.filter((file) => existsSync(file)),
        ...(toolchain === undefined ? [] : [path.resolve(repositoryRoot, toolchain)]),
      ];
      const options = [
        ...["--network", "host", "--pid", "host", "--workdir", path.join(folder, "sightline")],
        ...["--volume", "/var/run/docker.sock:/var/run/docker.sock"],
        ...["--volume", `${folder}:${folder}`],
        ...["--volume", `${path.join(folder, "tools")}:${COMPILED}`],
        ...readOnly.flatMap((file) => ["--volume", `${file}:${file}:ro`]),
        ...["--env", `HOME=${homedir()}`, "--env", "CI=true"],
        // Docker mounts what lies there into containers.
        ...["--env", `TMPDIR=${path.join(folder, "tmp")}`],
        ...(toolchain === undefined
          ? []
          : ["--env", `${TOOLCHAIN}=${path.resolve(repositoryRoot, toolchain)}`]),
      ];
      const id = await quiet`docker run --detach ${options} ${image} sleep infinity`;
      const container = new CleanContainer(folder, id);
      const npm = path.join(path.resolve(modules), "npm", "bin", "npm-cli.js");
      await container.run(`ln -s ${npm} /usr/local/bin/npm`);
      return container;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Runs a step of a workflow, as GitHub does: by bash, which ends at the first command that fails. */
  async run(script: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const variables = Object.entries(environment).flatMap(([name, value]) => [
      "--env",
      `${name}=${value}`,
    ]);
    const command = ["bash", "-e", "-c", `exec 2>&1; export PATH=$PATH:/usr/local/bin; ${script}`];
    const run = $({ quiet: true, nothrow: true });
    const { exitCode, stdout } = await run`docker exec ${variables} ${this.id} ${command}`;
    return { exitCode, said: stdout };
  }

  async remove(): Promise<void> {
    await quiet`docker rm --force ${this.id}`;
    await rm(this.folder, { recursive: true, force: true });
  }
}
