import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { siteFolder } from "../../examples/website/lifecycle";
import { websiteEnvironment } from "../../tools/images/website/website-images";
import type { Setup } from "../../tools/setup/setup";
import type { LabHost } from "./lab/host";
import { waitFor } from "./wait";

const FOLDER = "/srv/site";
const PORT = 8080;

/** The example site on a machine of the lab, as its owner runs it: a folder with a Compose file. */
export class LabSite {
  constructor(
    readonly host: LabHost,
    private readonly setup: Setup,
  ) {}

  get url(): string {
    return `http://${this.host.address}:${PORT}`;
  }

  /** The folder of its Compose file, on its host. */
  get folder(): string {
    return FOLDER;
  }

  /** Its folders of log files, as `sightline:logs.directories` wants them. */
  get logDirectories(): Readonly<Record<"app" | "nginx" | "redis", string>> {
    const logs = `${FOLDER}/data/logs`;
    return { app: `${logs}/app`, nginx: `${logs}/nginx`, redis: `${logs}/redis` };
  }

  /** Puts it there and starts it. */
  async start(): Promise<void> {
    await cp(siteFolder, this.host.path(FOLDER), { recursive: true, filter: isNoLeftover });
    for (const folder of Object.values(this.logDirectories)) {
      await mkdir(this.host.path(folder), { recursive: true });
    }
    const environment = websiteEnvironment(this.setup.websiteImages, {
      port: PORT,
      bind: this.host.address,
      logDir: "./data/logs",
    });
    const lines = Object.entries(environment).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(this.host.path(path.join(FOLDER, ".env")), lines.join(""));
    await this.compose("up --detach --no-build");
    await waitFor(
      { what: `the site at ${this.url}`, deadlineMs: 120_000 },
      async () => (await fetch(`${this.url}/api/health`)).status,
      (status) => status === 200,
    );
  }

  /** Runs Compose as its owner does. */
  async compose(words: string): Promise<string> {
    return this.host.run(`cd ${FOLDER} && ${this.setup.compose.join(" ")} ${words}`);
  }

  /** What its folder holds beside its logs: names, modes, owners and contents. */
  async fingerprint(): Promise<string> {
    return this.host.run(
      `cd ${FOLDER} && find . -path ./data -prune -o -printf '%p %m %U:%G %y\\n' | sort` +
        ` && find . -path ./data -prune -o -type f -exec sha256sum {} + | sort`,
    );
  }

  /** Adds numbered lines to the application's log, in the background. */
  async writeLines(mark: string, { count, perSecond }: { count: number; perSecond: number }) {
    const line = `{"level":"info","message":"${mark} '$i'."}`;
    const loop =
      `for i in $(seq ${count}); do echo '${line}' >>${this.logDirectories.app}/app.log; ` +
      `sleep ${(1 / perSecond).toFixed(3)}; done`;
    await this.host.run(`setsid bash -c ${shellQuoted(loop)} >/dev/null 2>&1 </dev/null &`);
  }
}

/** What a build or a run in a checkout leaves behind is no part of the site. */
function isNoLeftover(file: string): boolean {
  return !["node_modules", "dist", "data"].includes(path.basename(file));
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
